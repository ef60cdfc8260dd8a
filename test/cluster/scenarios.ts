import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { faults } from '../services/faults.ts'
import { activeController } from '../services/kinds/kafka-controller.ts'
import { askPostgres } from '../services/kinds/postgres-ask.ts'
import { ready } from '../services/processes/readiness.ts'
import type { Site } from '../services/site.ts'
import type { ClusterScene } from './cluster-scene.ts'
import { rollingRestart } from './rolling-restart.ts'
import type { Scenario } from './steady-run.ts'

/** So long a server is away, or cut off: longer than every session and election. */
const awayMs = 20_000
const registryAwayMs = 60_000

/** All that is done to a cluster, in the order of the table in docs/reliability.md. */
export function scenariosOf(
  scene: ClusterScene,
  site: Site,
  redisUrl: string,
): readonly Scenario[] {
  const { gateways, stages } = scene
  const fault: Fault = async (verb, server, signal) => {
    try {
      return await (faults[verb]?.(site, server, signal) ?? Promise.reject(new Error(verb)))
    } catch (error) {
      if (verb !== 'start') throw error
      // On a machine that has much to do it takes longer than the services' own bound: it is there, and not ready yet.
      return ready(site, site.planWith(server), server, signal)
    }
  }
  const away = (
    name: string,
    server: string,
    [before, after]: readonly [string, string],
    ms: number,
  ): Scenario => ({
    name,
    async run(signal) {
      await fault(before, server, signal)
      await sleep(ms, undefined, { signal })
      await fault(after, server, signal)
    },
  })
  const cutOff = (server: string, signal: AbortSignal) =>
    away('', server, ['pause', 'resume'], awayMs).run(signal)
  const controller = (signal: AbortSignal) => {
    const port = site.planWith('kafka-1').ports['kafka-1']?.['client'] ?? 0
    return activeController(port, signal)
  }
  return [
    ...Array.from(stages, ([id, process]): Scenario => {
      return {
        name: `SIGKILL of ${id}, started at once`,
        async run() {
          await process.kill()
          process.start()
          await process.ready
        },
      }
    }),
    {
      name: 'a gateway dies under open connections',
      async run() {
        const [first] = gateways
        await first?.process.kill()
        first?.process.start()
        await first?.process.ready
      },
    },
    away('a broker of three is killed, 20 s later back', 'kafka-2', ['kill', 'start'], awayMs),
    {
      name: 'a partition leader is cut off for 20 s',
      async run(signal) {
        const active = await controller(signal)
        await cutOff(active === 'kafka-3' ? 'kafka-1' : 'kafka-3', signal)
      },
    },
    {
      // The longest: another controller must be there before it can count the silent broker as gone.
      name: 'the active controller, which leads partitions too, is cut off for 20 s',
      run: async (signal) => cutOff(await controller(signal), signal),
    },
    away('PostgreSQL restarts', 'postgres-1', ['stop', 'start'], 0),
    {
      name: 'the primary of PostgreSQL dies, a standby is promoted',
      run: (signal) => failOver(site, fault, signal),
    },
    {
      name: 'Redis is flushed',
      async run() {
        const redis = new Redis(redisUrl)
        await redis.flushall()
        redis.disconnect()
      },
    },
    away('Redis is killed, 20 s later back', 'redis', ['kill', 'start'], awayMs),
    away('the registry is gone for a minute', 'registry', ['kill', 'start'], registryAwayMs),
    rollingRestart(scene),
  ]
}

type Fault = (verb: string, server: string, signal: AbortSignal) => Promise<string>

/** As an operator does it: the standby that has more of the log is promoted, and the old primary comes back as a standby. */
async function failOver(site: Site, fault: Fault, signal: AbortSignal): Promise<void> {
  const plan = site.planWith('postgres-1')
  const servers = Object.keys(plan.ports)
  const standing = await Promise.all(
    servers.map(async (server) => {
      const answer = await askPostgres(
        plan,
        server,
        `select pg_is_in_recovery() as standby, coalesce(pg_last_wal_receive_lsn() - '0/0'::pg_lsn, 0)::float8 as lsn`,
        signal,
      )
      return { server, isStandby: answer['standby'] === true, lsn: Number(answer['lsn']) }
    }),
  )
  const primary = standing.find(({ isStandby }) => !isStandby)
  if (!primary) throw new Error('no PostgreSQL server is a primary')
  await fault('kill', primary.server, signal)
  const [next] = standing.filter(({ isStandby }) => isStandby).sort((a, b) => b.lsn - a.lsn)
  await askPostgres(plan, next?.server ?? '', 'select pg_promote()', signal)
  await sleep(awayMs, undefined, { signal })
  await fault('start', primary.server, signal)
}
