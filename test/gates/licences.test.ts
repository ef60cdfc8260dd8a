import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { licenceFaults } from './licence-faults.ts'

const faultsOf = (license?: string) =>
  licenceFaults({
    '': {},
    'node_modules/a/node_modules/@b/c': {
      version: '1.0.0',
      ...(license === undefined ? {} : { license }),
    },
  })

describe('licences', () => {
  test('those of the lock file are all allowed', () => {
    const lock = readFileSync(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8')
    assert.deepEqual(licenceFaults(JSON.parse(lock).packages), [])
  })

  for (const license of ['MIT', '(MIT OR GPL-3.0-only)', '(MIT AND Zlib)', 'MIT OR Apache-2.0']) {
    test(`${license} is allowed`, () => assert.deepEqual(faultsOf(license), []))
  }

  for (const license of [
    'GPL-3.0-only',
    '(MIT AND GPL-3.0-only)',
    'AGPL-3.0',
    'SEE LICENSE IN x',
    '',
  ]) {
    test(`'${license}' is not, and the package is named`, () =>
      assert.deepEqual(faultsOf(license), [
        `@b/c 1.0.0 has the licence ${license} (node_modules/a/node_modules/@b/c)`,
      ]))
  }

  test('a package without a licence is named', () => {
    assert.match(faultsOf()[0] ?? '', /^@b\/c 1\.0\.0 names no licence/)
  })
})
