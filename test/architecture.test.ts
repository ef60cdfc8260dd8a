import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { after, describe, test } from 'node:test'
import { adapterFaults } from './gates/adapter-faults.ts'
import { forbiddenImports, sourceFiles } from './gates/rooms.ts'

const root = join(import.meta.dirname, '..')
const files = sourceFiles(root)
const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))

describe('the rooms', () => {
  test('import only what decision 0002 lets them', () => {
    assert.ok(files.length > 300, 'the walk does not see the rooms')
    assert.deepEqual(forbiddenImports(root), [])
  })

  test('have small files', () => {
    const lines = (text: string) => text.split('\n').length - 1
    const all = [...files, ...globSync('{test,bench}/**/*.ts', { cwd: root })]
    const long = all.filter((file) => lines(readFileSync(join(root, file), 'utf8')) > 400)
    // Generated.
    assert.deepEqual(
      long.filter((file) => file !== 'schemas/types.ts'),
      [],
    )
  })

  test('have no file named after nothing in particular', () => {
    const vague = /^(utils?|helpers?|common|misc|managers?|services?|types)\.ts$/
    // The types of all records, and the check that an edge's types agree.
    const meant = ['schemas/types.ts', 'topology/pipeline/checks/types.ts']
    const found = files.filter((file) => vague.test(basename(file)))
    assert.deepEqual(
      found.toSorted((a, b) => a.localeCompare(b)),
      meant,
    )
  })

  test('export by name', () => {
    const found = [...texts].filter(([, text]) => /^export default\b|\bas default\b/m.test(text))
    assert.deepEqual(
      found.map(([file]) => file),
      [],
    )
  })

  test('silence neither compiler nor linter about types', () => {
    const silenced = /@ts-(ignore|expect-error|nocheck)|lint\/suspicious\/noExplicitAny/
    const found = [...texts].filter(([, text]) => silenced.test(text))
    assert.deepEqual(
      found.map(([file]) => file),
      [],
    )
  })
})

test('every adapter goes through the suite of its port', () => {
  assert.deepEqual(adapterFaults(root), [])
})

test('the compiler is as strict as it can be', () => {
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'))
  for (const option of [
    'strict',
    'noUncheckedIndexedAccess',
    'exactOptionalPropertyTypes',
    'noImplicitOverride',
    'noImplicitReturns',
    'noFallthroughCasesInSwitch',
    'noPropertyAccessFromIndexSignature',
    'verbatimModuleSyntax',
    'erasableSyntaxOnly',
  ]) {
    assert.equal(compilerOptions[option], true, option)
  }
})

describe('a forbidden import is found', () => {
  // One for each arrow that must not be; the second list is finer than the linter's patterns can be.
  const arrows = {
    'schemas/generate.ts': ['domain/ids.ts'],
    'domain/ids.ts': outside('domain', 'schemas'),
    'topology/contract/errors.ts': outside('topology', 'schemas'),
    'stages/route.ts': [
      ...outside('stages', 'schemas', 'domain', 'storage', 'topology', 'connectors'),
      'topology/runner/engine.ts',
      'storage/adapters/folder/blobs.ts',
      'connectors/index.ts',
    ],
    'storage/ledger-rules.ts': [
      ...outside('storage', 'schemas', 'domain', 'topology'),
      'topology/contract/record.ts',
      'topology/ports/broker.ts',
    ],
    'connectors/telegram/connector.ts': [
      ...outside('connectors', 'none'),
      'connectors/whatsapp/connector.ts',
    ],
    'gateway/gateway.ts': [
      ...outside('gateway', 'schemas', 'domain', 'storage', 'topology', 'connectors'),
      'topology/adapters/system-clock.ts',
      'topology/runner/engine.ts',
      'storage/adapters/folder/blobs.ts',
      'connectors/index.ts',
    ],
  }
  const onlyHere = {
    'topology/runner/engine.ts': [
      'topology/adapters/system-clock.ts',
      'topology/codec/avro-codec.ts',
    ],
    'topology/pipeline/load.ts': ['topology/runner/engine.ts'],
    'topology/contract/record.ts': ['topology/ports/broker.ts'],
    'topology/ports/broker.ts': ['topology/adapters/system-clock.ts'],
    'storage/ports/history.ts': ['storage/adapters/folder/blobs.ts'],
    'connectors/http.ts': ['connectors/telegram/connector.ts'],
    'connectors/meta/graph-post.ts': ['connectors/whatsapp/connector.ts', 'domain/ids.ts'],
    'connectors/simulator/settings.ts': ['connectors/telegram/connector.ts'],
    'cli/main.ts': ['test/random.ts'],
  }

  const tree = mkdtempSync(join(tmpdir(), 'c4a-architecture-'))
  after(() => rmSync(tree, { recursive: true }))
  for (const room of new Set(files.map((file) => file.split('/')[0] ?? ''))) {
    cpSync(join(root, room), join(tree, room), { recursive: true })
  }
  cpSync(join(root, 'biome.json'), join(tree, 'biome.json'))

  for (const [from, targets] of Object.entries({ ...arrows, ...onlyHere })) {
    for (const to of targets) {
      test(`${from} -> ${to}`, () => {
        const before = readFileSync(join(tree, from), 'utf8')
        writeFileSync(join(tree, from), `${before}${planted(from, to)}`)
        assert.deepEqual(forbiddenImports(tree), [`${from} -> ${to}`])
        writeFileSync(join(tree, from), before)
      })
    }
  }

  test('by the linter too, while one writes', () => {
    const expected = Object.entries(arrows).flatMap(([from, targets]) =>
      targets.map((to) => {
        const file = join(dirname(from), `planted-${to.replaceAll(/[/.]/g, '-')}.ts`)
        writeFileSync(join(tree, file), planted(from, to))
        return file
      }),
    )
    assert.deepEqual(lintedFiles(tree), expected.sort())
  })
})

/** A file of each room but those named. */
function outside(...allowed: readonly string[]): string[] {
  const doors = {
    domain: 'domain/status.ts',
    topology: 'topology/runner/engine.ts',
    storage: 'storage/adapters/folder/blobs.ts',
    stages: 'stages/index.ts',
    connectors: 'connectors/index.ts',
    gateway: 'gateway/gateway.ts',
    cli: 'cli/settings.ts',
  }
  return Object.entries(doors).flatMap(([room, file]) => (allowed.includes(room) ? [] : [file]))
}

function planted(from: string, to: string): string {
  const path = relative(dirname(from), to)
  return `\nimport * as planted from '${path.startsWith('.') ? path : `./${path}`}'\nvoid planted\n`
}

/** The files in which Biome finds an import that is restricted. */
function lintedFiles(tree: string): string[] {
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  const args = [
    'lint',
    '--only=style/noRestrictedImports',
    '--reporter=json',
    '--max-diagnostics=none',
  ]
  let output = ''
  try {
    output = execFileSync(process.execPath, [biome, ...args, '.'], { cwd: tree, encoding: 'utf8' })
  } catch (error) {
    if (!(error instanceof Error && 'stdout' in error)) throw error
    output = String(error.stdout)
  }
  const { diagnostics } = JSON.parse(output)
  return diagnostics.map(({ location }: { location: { path: string } }) => location.path).sort()
}
