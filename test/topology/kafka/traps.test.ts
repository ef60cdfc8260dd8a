import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..', '..', '..')
const page = readFileSync(join(root, 'docs', 'kafka.md'), 'utf8')
const [, table = ''] = page.split('## Known traps')
const rows = table
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .slice(1)
const suite = globSync('test/conformance/broker/*.ts', { cwd: root })
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n')

// That the files are there is seen by test/docs.test.ts.
test('every known trap of kafkajs has a test, or a reason why not', () => {
  assert.ok(rows.length > 20, 'the table was not found')
  for (const [, trap, here, heldBy = '', ...rest] of rows) {
    assert.ok(here, `${trap}: what is done about it?`)
    assert.match(
      heldBy,
      /`test\/|conformance|the same|no test: .|the suite/,
      `${trap}: held by what?`,
    )
    assert.deepEqual(rest, [''], `${trap}: a row has three cells`)
    for (const [, name = ''] of heldBy.matchAll(/"([^"]+)"/g)) {
      assert.ok(suite.includes(name), `${trap}: no test of the suite is called '${name}'`)
    }
  }
})
