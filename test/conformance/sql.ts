import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { copyRows } from '../../storage/adapters/postgres/copy-rows.ts'
import type { Columns } from '../../storage/adapters/postgres/insert-rows.ts'
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

    test('takes parameters of a batch as they are, and again when one was refused', async () => {
      const sql = await open()
      const name = table()
      const columns = 'n bigint, word text, is_it boolean, words text[]'
      await sql.batch([{ text: `create table ${name} (${columns})` }])
      const text = `insert into ${name} values ($1, $2, $3, $4)`
      const odd = `it's a \\ "quoted" $1 é😀\n';--`
      const params = [Number.MAX_SAFE_INTEGER, odd, false, '{"it\'s",NULL}']
      await sql.batch([{ text, params }])
      await assert.rejects(sql.batch([{ text, params: [1, 'NUL \0 and more', true, null] }]))
      await assert.rejects(sql.batch([{ text, params: ['no number', null, true, null] }]))
      await sql.batch([{ text, params: [-1, null, null, null] }])
      assert.deepEqual(await sql.query(`select * from ${name} order by n`), [
        { n: -1, word: null, is_it: null, words: null },
        { n: Number.MAX_SAFE_INTEGER, word: odd, is_it: false, words: ["it's", null] },
      ])
    })

    test('copies rows into a table, with all that a batch has else, or nothing of it', async () => {
      const sql = await open()
      const name = table()
      await sql.batch([
        {
          text: `create table ${name} (n int primary key, word text, at bigint, is_it boolean)`,
        },
      ])
      type Row = readonly [n: number, word: string | null, at: number | null, isIt: boolean | null]
      const columns: Columns<Row> = {
        n: ['int', ([n]) => n],
        word: ['text', ([, word]) => word],
        at: ['bigint', ([, , at]) => at],
        is_it: ['boolean', ([, , , isIt]) => isIt],
      }
      const copyOf = copyRows(name, columns)
      const copy = (...added: readonly Row[]) => copyOf(added)
      const change = { text: `update ${name} set n = n * 10` }
      const odd = 'é😀\n\t\\N\0 and half of one: \ud83d'
      await sql.batch([
        copy([1, odd, 1_763_917_000_123, true], [2, null, null, null]),
        change,
        copy([2, '', -1, false], [-3, 'x'.repeat(600_000), 2 ** 53 - 1, null]),
      ])
      const rows = () => sql.query(`select n, word, at, is_it as "isIt" from ${name} order by n`)
      const there = [
        { n: -3, word: 'x'.repeat(600_000), at: 2 ** 53 - 1, isIt: null },
        { n: 2, word: '', at: -1, isIt: false },
        {
          n: 10,
          word: 'é😀\n\t\\N\uFFFD and half of one: \uFFFD',
          at: 1_763_917_000_123,
          isIt: true,
        },
        { n: 20, word: null, at: null, isIt: null },
      ]
      assert.deepEqual(await rows(), there)
      const three = copy([3, '', 0, true])
      await assert.rejects(sql.batch([three, copy([4, '', 0, true], [2, '', 0, true])]), (error) =>
        isCode(error, 'C4A_STORE_CONFLICT'),
      )
      const wrong = copyRows<Row>(name, { n: ['text', ([, word]) => word] })
      await assert.rejects(
        sql.batch([copy([3, '', 0, true]), wrong([[5, 'five bytes', 0, true]])]),
        (error) => isCode(error, 'C4A_INTERNAL'),
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
