import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Plan } from '../plan.ts'
import { debianEnvironment, debianPrograms } from '../programs/debian.ts'
import { runProgram } from '../programs/run-program.ts'
import { unprivileged } from '../programs/unprivileged.ts'
import type { RealService } from '../real-service.ts'
import { askPostgres, postgresUrl } from './postgres-ask.ts'
import { PostgresData } from './postgres-data.ts'

const least = 15
const database = 'chat4all'
const primary = 'postgres-1'
const standbys = ['postgres-2', 'postgres-3']
const servers = [primary, ...standbys]

/**
 * A primary and two standbys; a commit is on one of them before it is acknowledged. Standbys find the primary
 * by themselves, so whichever is promoted is followed, and one that missed it is built anew at its start.
 */
export const postgres: RealService = {
  name: 'postgres',
  title: `PostgreSQL ${least} or newer: a primary and two standbys, one of which confirms each commit`,
  servers: Object.fromEntries(servers.map((server) => [server, ['sql']])),
  stopSignal: 'SIGINT', // its fast shutdown: clients are sent away
  abandonSignal: 'SIGQUIT', // its immediate shutdown: no checkpoint, but its shared memory is given back

  install: (fetch) =>
    debianPrograms(
      {
        what: `PostgreSQL ${least} or newer`,
        packages: ['postgresql'],
        folders: ['/usr/lib/postgresql/*/bin'],
        programs: ['initdb', 'postgres', 'pg_basebackup'],
        async isGoodEnough(folder, environment) {
          const options = { signal: fetch.signal, environment }
          const said = await runProgram(join(folder, 'postgres'), ['--version'], options)
          return Number(/ (\d+)/.exec(said)?.[1]) >= least
        },
      },
      fetch,
    ),

  create: (plan, signal) => new PostgresData(plan, signal).create(primary, standbys),

  async beforeStart(plan, server, signal) {
    const data = new PostgresData(plan, signal)
    const leader = await primaryOf(plan, signal)
    // Two primaries would each go on with a history of its own.
    if (leader !== undefined && !data.isStandby(server)) await data.rebuild(server, leader)
  },

  // Without a bound: it is called when the work that had one has ended.
  sweep: (plan, server) => new PostgresData(plan, new AbortController().signal).giveBack(server),

  command(plan, server) {
    const user = unprivileged()
    return {
      program: join(plan.programs['folder'] ?? '', 'postgres'),
      args: [
        ['-D', PostgresData.of(plan, server)],
        ['-p', String(plan.ports[server]?.['sql'])],
        // Also the name by which a primary knows it as a standby.
        ['-c', `cluster_name=${server}`],
      ].flat(),
      environment: debianEnvironment(plan.programs),
      ...(user ? { as: user } : {}),
    }
  },

  async probe(plan, server, signal) {
    const { isStandby, follows, followers } = await askPostgres(plan, server, state, signal)
    if (!isStandby) return `primary, followed by ${followers}`
    return follows === null ? 'standby, follows nobody' : `standby, follows port ${follows}`
  },

  /** Also sees that both standbys follow: until one does no commit is acknowledged. */
  async furnish(plan, signal) {
    for (;;) {
      const { followers } = await askPostgres(plan, primary, state, signal)
      if (followers === standbys.length) break
      await wait(100, undefined, { signal })
    }
    await askPostgres(plan, primary, `create database ${database}`, signal)
  },

  environment: (plan) => ({
    C4A_TEST_POSTGRES: postgresUrl(plan, primary, database),
    C4A_TEST_POSTGRES_ALL: servers.map((server) => postgresUrl(plan, server, database)).join(),
  }),
}

const state = `select
  pg_is_in_recovery() as "isStandby",
  (select sender_port from pg_stat_wal_receiver where status = 'streaming') as "follows",
  (select count(*)::int from pg_stat_replication
    where state = 'streaming' and sync_state = 'quorum') as "followers"`

async function primaryOf(plan: Plan, signal: AbortSignal): Promise<string | undefined> {
  for (const server of servers) {
    try {
      const bound = AbortSignal.any([signal, AbortSignal.timeout(2_000)])
      const { isStandby } = await askPostgres(plan, server, state, bound)
      if (isStandby === false) return server
    } catch {
      signal.throwIfAborted()
      // It is down: none of our business here.
    }
  }
  return undefined
}
