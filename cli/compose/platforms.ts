import { createServer } from 'node:net'
import type { ConnectorFactory, ConnectorTools } from '../../connectors/contract.ts'
import { pooledHttp } from '../../connectors/http.ts'
import { startSimulator } from '../../connectors/simulator/start-simulator.ts'
import { portTrouble } from '../../topology/contract/port-trouble.ts'
import type { Pipeline } from '../../topology/pipeline/model.ts'
import type { Settings } from '../settings.ts'
import { type ComposedChannels, composeChannels } from './channels.ts'
import type { Closers } from './closers.ts'
import { outboundMedia } from './outbound-media.ts'
import type { Servers } from './servers.ts'
import { simulatedChannels, simulatorAccounts } from './simulator-accounts.ts'

export interface Platforms {
  readonly channels: ComposedChannels
  /** Null when no channel of the file uses the simulator. */
  readonly simulatorUrl: string | null
  /** The port that the platforms' webhooks go to, so the gateway must take it; 0 where they know of another way. */
  readonly gatewayPort: number
}

/** The connectors, and the simulated platforms where pipeline.yaml asks for them and none is named elsewhere. */
export async function openPlatforms(
  settings: Settings,
  pipeline: Pipeline,
  { blobs, ids, bootstrapKey }: Pick<Servers, 'blobs' | 'ids' | 'bootstrapKey'>,
  factories: Readonly<Record<string, ConnectorFactory>>,
  handing: Pick<ConnectorTools, 'hand'>,
  closers: Closers,
): Promise<Platforms> {
  const simulated = simulatedChannels(pipeline)
  const isOurs = simulated.length > 0 && settings.simulatorUrl === ''
  // Only where a simulator of ours must be told: until the gateway listens, anybody may take a port that is free now.
  const gatewayPort = settings.httpPort || (isOurs ? await freePort(settings.host) : 0)
  const simulatorUrl = isOurs
    ? await openSimulator(settings, simulated, gatewayPort, bootstrapKey, closers)
    : simulated.length > 0
      ? settings.simulatorUrl
      : null
  const outbound = pooledHttp()
  closers.add(() => outbound.close())
  const channels = composeChannels({
    pipeline,
    factories,
    tools: { http: outbound.http, ...handing },
    toolsOf: outboundMedia(blobs, ids, settings.publicUrl),
    simulatorUrl: simulatorUrl ?? '',
  })
  return { channels, simulatorUrl, gatewayPort }
}

async function openSimulator(
  settings: Settings,
  simulated: ReturnType<typeof simulatedChannels>,
  gatewayPort: number,
  bootstrapKey: Servers['bootstrapKey'],
  closers: Closers,
): Promise<string> {
  const gatewayUrl = `http://127.0.0.1:${gatewayPort}`
  const simulator = await startSimulator({
    port: settings.simulatorPort,
    seed: settings.simulatorSeed,
    accounts: simulatorAccounts(simulated, gatewayUrl),
    windows: settings.phonesOpen ? 'open' : 'enforced',
    // It plays the client's own server as well, which has a key.
    ...(bootstrapKey && { hub: { url: gatewayUrl, key: bootstrapKey.value } }),
  }).catch((cause: unknown) => {
    throw portTrouble(cause, '127.0.0.1', settings.simulatorPort, 'C4A_SIMULATOR_PORT')
  })
  closers.add(() => simulator.close())
  return `http://127.0.0.1:${simulator.port}`
}

/** Any port that is free now: the platforms must know where their webhooks go before the gateway listens. */
function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (cause) => reject(portTrouble(cause, host, 0, 'C4A_HTTP_PORT')))
    server.listen(0, host, () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
