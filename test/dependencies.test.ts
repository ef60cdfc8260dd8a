import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { importsOf } from './gates/imports-of.ts'

const root = join(import.meta.dirname, '..')
const { dependencies, devDependencies, bin, engines } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
)

/** Used without an import. */
const tools: Readonly<Record<string, string>> = {
  node: 'bin/node24.js goes on in it',
  typescript: 'npm run types',
  '@biomejs/biome': 'npm run lint',
  '@types/node': 'the compiler reads it',
  '@types/pg': 'the compiler reads it',
  '@types/pg-copy-streams': 'the compiler reads it',
  '@types/ws': 'the compiler reads it',
}

/** What `pattern`'s files import from npm. */
function imported(pattern: string): Set<string> {
  const names = globSync(pattern, { cwd: root }).flatMap((file) =>
    importsOf(readFileSync(join(root, file), 'utf8')),
  )
  return new Set(
    names
      .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
      .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'))
      .filter((name) => !builtinModules.includes(name)),
  )
}

describe('dependencies', () => {
  const running = imported(
    '{bin,schemas,domain,topology,storage,stages,connectors,gateway,cli}/**/*.{ts,js}',
  )
  const testing = imported('{test,bench}/**/*.ts')

  test('are all used', () => {
    const used = (name: string) => running.has(name) || testing.has(name) || name in tools
    const all = Object.keys({ ...dependencies, ...devDependencies })
    assert.deepEqual(
      all.filter((name) => !used(name)),
      [],
    )
    assert.deepEqual(
      Object.keys(tools).filter((name) => !all.includes(name)),
      [],
    )
  })

  test('of the running program are not left to development', () => {
    assert.deepEqual(
      [...running].filter((name) => !(name in dependencies)),
      [],
    )
  })

  test('that only tests and bench use are not brought to those who run it', () => {
    const needless = Object.keys(dependencies).filter(
      (name) => !running.has(name) && !(name in tools),
    )
    assert.deepEqual(needless, [])
  })

  test('are pinned exactly', () => {
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.match(String(version), /^\d+\.\d+\.\d+(-[\w.]+)?$/, name)
    }
  })
})

test('package.json lets Node 20 start it, and its command is there', () => {
  assert.equal(engines.node, '>=20')
  for (const file of Object.values<string>(bin)) {
    assert.match(readFileSync(join(root, file), 'utf8'), /^#!\/usr\/bin\/env node\n/)
  }
})
