import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { Sql } from '../../storage/ports/sql.ts'
import { isCode } from '../../topology/contract/errors.ts'

/** What every Sql owes. The database may be shared: each case has a table of its own. */
export function sqlSuite(name: string, open: () => Promise<Sql>): void {
  const table = () => `test_${randomUUID().replaceAll('-', '')}`

  describe(`sql: ${name}`, () => {
    test('gives values back as the port says', async () => {
      const sql = await open()
      const text = `select 9007199254740991::int8 as big, '\\x00ff'::bytea as bytes,
        '{"a":[1]}'::jsonb as json, null::text as nothing, true as yes, $1::text as text`
      const [row] = await sql.query<{ bytes: Uint8Array }>(text, ['é😀'])
      assert.ok(row?.bytes instanceof Uint8Array)
      assert.deepEqual(
        { ...row, bytes: [...row.bytes] },
        {
          big: Number.MAX_SAFE_INTEGER,
          bytes: [0, 255],
          json: { a: [1] },
          nothing: null,
          yes: true,
          text: 'é😀',
        },
      )
    })

    test('does all of a batch in order, or nothing of it', async () => {
      const sql = await open()
      const name = table()
      const insert = { text: `insert into ${name} values ($1)`, params: [1] }
      await sql.batch([{ text: `create table ${name} (n int primary key); select 1` }, insert])
      await assert.rejects(sql.batch([{ ...insert, params: [2] }, insert]), (error) =>
        isCode(error, 'C4A_STORE_CONFLICT'),
      )
      assert.deepEqual(await sql.query(`select n from ${name}`), [{ n: 1 }])
    })

    test('copies lines into a table, with all that a batch has else, or nothing of it', async () => {
      const sql = await open()
      const name = table()
      await sql.batch([{ text: `create table ${name} (n int primary key, word text)` }])
      const copy = (text: string) => ({
        copyInto: `${name} (n, word)`,
        lines: new TextEncoder().encode(text),
      })
      const change = { text: `update ${name} set n = n * 10` }
      await sql.batch([copy('1\té😀\\n\n2\t\\N\n'), change, copy('2\t\n')])
      const rows = () => sql.query(`select n, word from ${name} order by n`)
      const there = [
        { n: 2, word: '' },
        { n: 10, word: 'é😀\n' },
        { n: 20, word: null },
      ]
      assert.deepEqual(await rows(), there)
      await assert.rejects(sql.batch([copy('3\t\n'), copy('4\t\n2\t\n')]), (error) =>
        isCode(error, 'C4A_STORE_CONFLICT'),
      )
      await assert.rejects(sql.batch([copy('3\t\n'), copy('five\t\n')]), (error) =>
        isCode(error, 'C4A_INTERNAL'),
      )
      assert.deepEqual(await rows(), there)
    })

    test('goes on after a statement that failed', async () => {
      const sql = await open()
      await assert.rejects(sql.query('select nonsense'), (error) => isCode(error, 'C4A_INTERNAL'))
      assert.deepEqual(await sql.query('select 1 as one'), [{ one: 1 }])
    })

    test('takes many callers at once', async () => {
      const sql = await open()
      const name = table()
      await sql.batch([{ text: `create table ${name} (n int)` }])
      const text = `insert into ${name} values ($1)`
      await Promise.all(Array.from({ length: 50 }, (_, n) => sql.batch([{ text, params: [n] }])))
      const [row] = await sql.query(`select count(*) as rows, sum(n) as sum from ${name}`)
      assert.deepEqual(row, { rows: 50, sum: 1225 })
    })
  })
}
