import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import { directSql } from '../../../storage/adapters/pglite/direct-sql.ts'
import { copyRows } from '../../../storage/adapters/postgres/copy-rows.ts'
import type { JsonList } from '../../../storage/adapters/postgres/json-list.ts'

interface Row {
  readonly text: string | null
  readonly int: number
  readonly bigint: number
  readonly boolean: boolean
  readonly json: string
}

function writeJson(list: JsonList, { int }: Row): void {
  list.open()
  list.text('\0')
  list.number(int)
  list.text('é')
  list.close()
}

const texts = ['', 'x', 'olá ção', '\0nul', 'a'.repeat(15), 'ã'.repeat(16), 'z'.repeat(300_000)]
const bigints = [0, -1, -(2 ** 40) - 5, Number.MAX_SAFE_INTEGER, 2 ** 32]

const intOf = (nth: number) => (nth % 2 === 0 ? nth - 2 ** 31 : 2 ** 31 - nth)

// More than is read at once, and more than there was room for.
const rows = Array.from({ length: 3_000 }, (_, nth): Row => {
  const text = nth < texts.length ? texts[nth] : texts[nth % 6]
  return {
    text: nth % 7 === 5 ? null : (text ?? null),
    int: intOf(nth),
    bigint: bigints[nth % bigints.length] ?? 0,
    boolean: nth % 3 === 0,
    json: JSON.stringify(['\0', intOf(nth), 'é']),
  }
})

const copy = copyRows<Row>('copied', {
  text: ['text', ({ text }) => text],
  int: ['int', ({ int }) => int],
  bigint: ['bigint', ({ bigint }) => bigint],
  boolean: ['boolean', ({ boolean }) => boolean],
  json: { json: writeJson },
})

test('what is copied into PGlite comes back as it was, NUL aside, also after a copy that failed', async () => {
  const db = await PGlite.create({ parsers: { 20: Number } })
  const sql = directSql(db)
  await sql.query(
    'create table copied (text text, int int, bigint bigint, boolean boolean, json text)',
  )
  await assert.rejects(sql.batch([{ ...copy(rows), copyInto: 'copied (nothing)' }]))
  await assert.rejects(sql.batch([copy(rows), { text: 'select 1 / 0' }]))
  await sql.batch([copy(rows.slice(0, 5)), copy(rows.slice(5))])
  const back = await sql.query<Row>('select * from copied order by int')
  const expected = rows
    .map((row) => ({ ...row, text: row.text?.replaceAll('\0', '\uFFFD') ?? null }))
    .sort((a, b) => a.int - b.int)
  assert.equal(back.length, expected.length)
  for (const [nth, row] of back.entries()) assert.deepEqual({ ...row }, expected[nth])
  await sql.close()
})
