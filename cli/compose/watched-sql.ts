import type { Sql } from '../../storage/ports/sql.ts'
import { isCode } from '../../topology/contract/errors.ts'

export interface WatchedSql {
  readonly sql: Sql
  /** `not asked yet`, `ok`, or `away` with the time since when. */
  state(): string
}

/** Notes whether the database answered what it was asked last, so that readiness tells it without a question of its own. */
export function watchedSql(watched: Sql, now: () => number = Date.now): WatchedSql {
  let asked = false
  let awayMs: number | null = null

  async function noted<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      const given = await answer
      asked = true
      awayMs = null
      return given
    } catch (error) {
      asked = true
      // Whatever else it says, it is there to say it.
      if (!isCode(error, 'C4A_STORE_UNREACHABLE')) awayMs = null
      else awayMs ??= now()
      throw error
    }
  }

  return {
    sql: {
      query: (text, params) => noted(watched.query(text, params)),
      batch: (statements) => noted(watched.batch(statements)),
      close: () => watched.close(),
    },
    state() {
      if (!asked) return 'not asked yet'
      return awayMs === null ? 'ok' : `away since ${new Date(awayMs).toISOString()}`
    },
  }
}
