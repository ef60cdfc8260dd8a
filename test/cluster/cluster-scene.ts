import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chaosPipeline } from '../chaos/chaos-pipeline.ts'
import { type GrpcSenders, grpcSenders } from '../chaos/grpc-senders.ts'
import { HubApi } from '../chaos/hub-api.ts'
import { HubProcess } from '../chaos/hub-process.ts'
import { SimulatorClient } from '../chaos/simulator-client.ts'
import { freePorts } from '../services/processes/free-ports.ts'
import { Balancer } from './balancer.ts'

export interface ClusterSceneOptions {
  /** The cluster's settings. */
  readonly environment: Readonly<Record<string, string>>
  readonly seed: number
  /** Stages of one process each. */
  readonly stages: readonly (readonly string[])[]
  readonly gateways: number
  /** Connections of the client. */
  readonly connections: number
}

/** A hub of many processes behind a load balancer, with the platforms; nothing of it outlives `close`. */
export interface ClusterScene {
  readonly folder: string
  readonly key: string
  readonly simulator: SimulatorClient
  readonly gateways: readonly GatewayProcess[]
  /** By the ids of its stages. */
  readonly stages: ReadonlyMap<string, HubProcess>
  /** Over the load balancer. */
  readonly api: HubApi
  readonly grpc: GrpcSenders
  /** Ends all processes as an operator would; answers what went wrong. */
  stop(boundMs: number): Promise<readonly string[]>
  close(keepFolder: boolean): Promise<void>
}

export interface GatewayProcess {
  readonly process: HubProcess
  readonly httpPort: number
  readonly grpcPort: number
}

const shipped = new URL('../../pipeline.yaml', import.meta.url)
const compiled = new URL('../../node_modules/.cache/chat4all', import.meta.url)
const key = 'cluster-run-key-that-is-long-enough-0123456789'

export async function openClusterScene(options: ClusterSceneOptions): Promise<ClusterScene> {
  const folder = await mkdtemp(join(tmpdir(), 'chat4all-cluster-'))
  const closers: (() => Promise<void>)[] = []
  const close = async (keepFolder: boolean) => {
    for (const each of closers.reverse()) await each()
    if (!keepFolder) await rm(folder, { recursive: true, force: true })
  }
  try {
    const [httpPort = 0, grpcPort = 0, ...own] = await freePorts(2 + 2 * options.gateways)
    await mkdir(join(folder, 'logs'))
    const pipeline = join(folder, 'pipeline.yaml')
    await writeFile(pipeline, chaosPipeline(await readFile(shipped, 'utf8')))
    const simulator = await SimulatorClient.start({
      seed: options.seed,
      hubWebhooks: `http://127.0.0.1:${httpPort}/webhooks`,
      file: join(folder, 'phones.ndjson'),
      calm: true,
    })
    closers.push(() => simulator.close())
    const begin = (name: string, command: readonly string[], more: Record<string, string>) => {
      const environment = {
        ...options.environment,
        C4A_PIPELINE: pipeline,
        C4A_SIMULATOR_URL: simulator.url,
        C4A_BOOTSTRAP_KEY: key,
        C4A_DRAIN_DELAY_MS: '500',
        C4A_LOG_LEVEL: 'warn',
        // As the launcher has it: thirteen processes would each compile all of it.
        NODE_COMPILE_CACHE: fileURLToPath(compiled),
        ...more,
      }
      const logFile = join(folder, 'logs', `${name}.log`)
      const process = new HubProcess({ environment, logFile, command })
      process.start()
      closers.push(() => process.kill())
      return process
    }
    const gateways = Array.from({ length: options.gateways }, (_, nth): GatewayProcess => {
      const [http = 0, grpc = 0] = own.slice(2 * nth)
      const more = { C4A_HTTP_PORT: String(http), C4A_GRPC_PORT: String(grpc) }
      const process = begin(`gateway-${nth + 1}`, ['gateway', '--profile', 'cluster'], more)
      return { process, httpPort: http, grpcPort: grpc }
    })
    const stages = new Map(
      options.stages.map((ids) => {
        const named = ids.flatMap((id) => ['--stage', id])
        const command = ['run', '--profile', 'cluster', ...named]
        return [ids.join('+'), begin(ids.join('+'), command, { C4A_HTTP_PORT: '0' })]
      }),
    )
    const all = [...gateways.map((each) => each.process), ...stages.values()]
    await Promise.all(all.map((each) => each.ready))
    const http = gateways.map((each) => ({ port: each.httpPort, httpPort: each.httpPort }))
    const grpcs = gateways.map((each) => ({ port: each.grpcPort, httpPort: each.httpPort }))
    for (const [port, backends] of [
      [httpPort, http],
      [grpcPort, grpcs],
    ] as const) {
      const balancer = await Balancer.open(port, backends)
      closers.push(() => balancer.close())
    }
    const api = new HubApi(httpPort, key, options.connections)
    closers.push(() => api.close())
    const grpc = grpcSenders(grpcPort, key)
    closers.push(async () => grpc.close())
    return {
      folder,
      key,
      simulator,
      gateways,
      stages,
      api,
      grpc,
      close,
      async stop(boundMs) {
        const ended = await Promise.all(all.map((each) => each.stop(boundMs)))
        const wrong = ended.flatMap((code, nth) =>
          code === 0
            ? []
            : [`process ${nth} was asked to stop and ended with ${code ?? 'a signal'}`],
        )
        return [...wrong, ...all.flatMap(({ crashes }) => crashes)]
      },
    }
  } catch (error) {
    await close(true)
    process.stderr.write(`what was there is kept in ${folder}\n`)
    throw error
  }
}
