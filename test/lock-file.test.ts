import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

interface Locked {
  readonly version?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

// `npm ci` refuses a lock file that lacks an optional package, even one for another platform; and npm writes
// such a file when a registry does not have that package at hand. Its entry (version, os, cpu) is then added by hand.
test('the lock file names every optional package, for other platforms too', () => {
  const lock = JSON.parse(
    readFileSync(join(import.meta.dirname, '..', 'package-lock.json'), 'utf8'),
  )
  const packages = lock.packages as Readonly<Record<string, Locked>>
  const names = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)))
  const missing = Object.values(packages)
    .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    .filter((name) => !names.has(name))
  assert.deepEqual(missing, [])
})
