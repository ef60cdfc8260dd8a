import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { channelsTable } from '../../connectors/channels-table.ts'

test('docs/channels.md tells what the connectors declare', () => {
  const page = readFileSync(new URL('../../docs/channels.md', import.meta.url), 'utf8')
  const mark = '<!-- Made by `npm run generate` from here on. Do not edit below. -->\n'
  assert.equal(page.split(mark)[1]?.trim(), channelsTable().trim())
})
