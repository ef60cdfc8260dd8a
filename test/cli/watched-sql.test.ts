import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { watchedSql } from '../../cli/compose/watched-sql.ts'
import { deposedError } from '../../storage/adapters/postgres/store-error.ts'
import type { Sql } from '../../storage/ports/sql.ts'

describe('how the tables are', () => {
  test('is what they answered last', async () => {
    let failure: Error | undefined
    const answer = async (): Promise<never[]> => {
      if (failure) throw failure
      return []
    }
    const database: Sql = {
      query: answer,
      batch: async () => void (await answer()),
      close: async () => {},
    }
    let nowMs = 1_000
    const { sql, state } = watchedSql(database, () => nowMs)
    assert.equal(state(), 'not asked yet')
    await sql.query('select 1')
    assert.equal(state(), 'ok')

    failure = deposedError()
    await assert.rejects(sql.query('select 1'), failure)
    nowMs = 5_000
    await assert.rejects(sql.batch([]), failure)
    assert.equal(state(), 'away since 1970-01-01T00:00:01.000Z')

    failure = new Error('no such column') // said by a database that is there
    await assert.rejects(sql.query('select 1'), failure)
    assert.equal(state(), 'ok')
  })
})
