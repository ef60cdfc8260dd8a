import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '../random.ts'
import { chaosPipeline } from './chaos-pipeline.ts'
import { freePort } from './free-port.ts'
import { type GrpcSenders, grpcSenders } from './grpc-senders.ts'
import { HubApi } from './hub-api.ts'
import { HubProcess } from './hub-process.ts'
import { SimulatorClient } from './simulator-client.ts'

/** The platforms and the hub as processes, and ways to speak to them. Nothing of it outlives `close`. */
export interface Scene {
  readonly folder: string
  readonly dataDir: string
  readonly simulator: SimulatorClient
  readonly hub: HubProcess
  readonly api: HubApi
  readonly grpc: GrpcSenders
  /** Ends both processes; removes the folder unless it is to be kept. */
  close(keepFolder: boolean): Promise<void>
}

const shippedPipeline = fileURLToPath(new URL('../../pipeline.yaml', import.meta.url))
const key = 'chaos-run-key-that-is-long-enough-0123456789'

export async function openScene(seed: number, workers: number): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'chat4all-chaos-'))
  const closers: (() => Promise<void>)[] = []
  const close = async (keepFolder: boolean) => {
    for (const each of closers.reverse()) await each()
    if (!keepFolder) await rm(folder, { recursive: true, force: true })
  }
  try {
    // Where it listens must not depend on the seed: two runs of one seed may go on at once.
    const random = seededRandom(process.pid * 7919 + Date.now())
    const httpPort = await freePort(random)
    const grpcPort = await freePort(random)
    const pipeline = join(folder, 'pipeline.yaml')
    await writeFile(pipeline, chaosPipeline(await readFile(shippedPipeline, 'utf8')))
    const simulator = await SimulatorClient.start({
      seed,
      hubWebhooks: `http://127.0.0.1:${httpPort}/webhooks`,
      file: join(folder, 'phones.ndjson'),
    })
    closers.push(() => simulator.close())
    const hub = new HubProcess({
      logFile: join(folder, 'hub.log'),
      environment: {
        C4A_PIPELINE: pipeline,
        C4A_DATA_DIR: join(folder, 'data'),
        C4A_HTTP_PORT: String(httpPort),
        C4A_GRPC_PORT: String(grpcPort),
        C4A_REGISTRY_PORT: '0',
        C4A_SIMULATOR_URL: simulator.url,
        C4A_BOOTSTRAP_KEY: key,
        C4A_LOG_LEVEL: 'warn',
      },
    })
    hub.start()
    closers.push(() => hub.kill())
    const api = new HubApi(httpPort, key, workers + 4)
    closers.push(() => api.close())
    const grpc = grpcSenders(grpcPort, key)
    closers.push(async () => grpc.close())
    const dataDir = join(folder, 'data')
    return { folder, dataDir, simulator, hub, api, grpc, close }
  } catch (error) {
    await close(false)
    throw error
  }
}
