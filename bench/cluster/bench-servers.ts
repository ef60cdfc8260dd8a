import { clusterEnvironment } from '../../test/cluster/cluster-environment.ts'
import { catalogue } from '../../test/services/catalogue.ts'
import { down } from '../../test/services/down.ts'
import { environment as environmentOf } from '../../test/services/environment.ts'
import { Site } from '../../test/services/site.ts'
import { up } from '../../test/services/up.ts'
import { kafkaBroker } from '../../topology/adapters/kafka/kafka-broker.ts'
import type { Broker } from '../../topology/ports/broker.ts'
import { processCpu } from './process-cpu.ts'

/** Whose processor time is told apart. */
export const serverKinds = ['kafka', 'postgres', 'redis'] as const
export type ServerKind = (typeof serverKinds)[number]
export type ServerUsage = Readonly<Record<ServerKind, number>>

/** The real servers that the cluster's cases run on. */
export interface BenchServers {
  /** The cluster's settings, for processes of the hub. */
  readonly environment: Readonly<Record<string, string>>
  /** Of PostgreSQL's primary. */
  readonly postgresUrl: string
  /** The log as the bench itself sets groups back and asks how far they are. */
  readonly broker: Broker
  readonly java: { readonly program: string; readonly classPath: string }
  /** Processor time of all servers of a kind since they began, microseconds. */
  usage(): ServerUsage
  close(): Promise<void>
}

/** Brings up what is not up; `close` takes down what was brought up here. */
export async function openBenchServers(
  signal: AbortSignal,
  say: (sentence: string) => void,
): Promise<BenchServers> {
  const site = new Site()
  const tell = (server: string, what: string) => say(`${server} ${what}`)
  const brought = await up(site, catalogue, { signal, say: tell })
  try {
    const found = environmentOf(site)
    const environment = clusterEnvironment(found)
    if (!environment) throw new Error('not all servers could be brought up')
    const brokers = (environment['C4A_KAFKA_BROKERS'] ?? '').split(',')
    const broker = await kafkaBroker({ brokers, clientId: 'chat4all-bench' })
    const { java = '', classPath = '' } = site.planOf('kafka')?.programs ?? {}
    return {
      environment,
      postgresUrl: found['C4A_TEST_POSTGRES'] ?? '',
      broker,
      java: { program: java, classPath },
      usage: () => usageOf(site),
      async close() {
        await broker.close()
        await down(site, brought, tell)
      },
    }
  } catch (error) {
    await down(site, brought, tell)
    throw error
  }
}

function usageOf(site: Site): ServerUsage {
  const of = (kind: ServerKind) => {
    const plan = site.planOf(kind)
    const servers = plan ? Object.keys(plan.ports).map((name) => site.process(plan, name)) : []
    return servers.reduce((sum, { pid }) => sum + processCpu(pid ?? 0), 0)
  }
  return { kafka: of('kafka'), postgres: of('postgres'), redis: of('redis') }
}
