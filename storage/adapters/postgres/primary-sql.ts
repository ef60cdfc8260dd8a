import { isCode } from '../../../topology/contract/errors.ts'
import type { Sql } from '../../ports/sql.ts'
import { findPrimary } from './find-primary.ts'
import { type PoolSettings, poolSql } from './pool-sql.ts'
import { closedError, deposedError } from './store-error.ts'

export interface PrimarySettings extends Omit<PoolSettings, 'connectionString'> {
  /** The primary and its standbys, in any order, each as postgres://user:password@host:port/database. */
  readonly servers: readonly string[]
  /** A statement that runs for so long makes the primary doubted, and again after as long; 2,000 ms unless told otherwise. */
  readonly doubtAfterMs?: number
}

interface Leader {
  readonly server: string
  readonly sql: Sql
  /** Of the statements under way: for the day when another server is the primary, and this one may never answer. */
  readonly giveUps: Set<(error: unknown) => void>
}

/**
 * PostgreSQL servers of which one takes writes: everything goes to that one. A statement that finds it
 * away fails, as the port says, once another primary was looked for; so whoever asks again after a
 * failover is at the new one. So does a statement that a primary leaves unanswered, as one does that is frozen, once
 * another has been promoted. Nothing is repeated here, because nobody knows what of a broken statement has happened.
 */
export function primarySql(settings: PrimarySettings): Sql {
  const { servers, doubtAfterMs = 2_000, ...pool } = settings
  let leader: Promise<Leader> | undefined
  let doubting: Promise<void> | undefined
  let closed = false

  const found = async (): Promise<Leader> => {
    const server = await findPrimary(servers)
    return { server, sql: poolSql({ ...pool, connectionString: server }), giveUps: new Set() }
  }

  function led(): Promise<Leader> {
    if (closed) return Promise.reject(closedError())
    if (leader) return leader
    const next = found()
    leader = next
    next.catch(() => {
      if (leader === next) leader = undefined
    })
    return next
  }

  async function asking<Answer>(ask: (sql: Sql) => Promise<Answer>): Promise<Answer> {
    const asked = await led()
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    asked.giveUps.add(reject)
    const doubts = setInterval(() => {
      doubting ??= doubt(asked, 'slow')
    }, doubtAfterMs)
    ask(asked.sql).then(resolve, reject)
    try {
      return await promise
    } catch (error) {
      if (isCode(error, 'C4A_STORE_UNREACHABLE')) {
        doubting ??= doubt(asked, 'failed')
        await doubting
      }
      throw error
    } finally {
      clearInterval(doubts)
      asked.giveUps.delete(reject)
    }
  }

  /** Keeps to a server that is still the primary: the error was a passing one. Never rejects. */
  async function doubt({ server, sql, giveUps }: Leader, why: 'failed' | 'slow'): Promise<void> {
    const primary = await findPrimary(servers).catch(() => undefined)
    doubting = undefined
    if (primary === server || closed) return
    // It may still answer.
    if (primary === undefined && why === 'slow') return
    if (primary !== undefined) for (const giveUp of giveUps) giveUp(deposedError())
    const now = await leader?.catch(() => undefined)
    if (now?.sql !== sql) return
    leader = undefined
    // Not waited for: it waits for statements that nobody answers.
    sql.close().catch(() => {})
  }

  return {
    query: (text, params) => asking((sql) => sql.query(text, params)),
    batch: (statements) => asking((sql) => sql.batch(statements)),
    async close() {
      closed = true
      const last = await leader?.catch(() => undefined)
      await last?.sql.close()
    },
  }
}
