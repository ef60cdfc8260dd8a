import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'

const good = "import { test } from 'node:test'\ntest('holds', () => {})\n"
const covered = `import { test } from 'node:test'\nimport { a } from '../stages/a.ts'\nimport { b } from '../topology/b.ts'\ntest('holds', () => { a(); b() })\n`
const rooms = {
  'stages/a.ts': 'export const a = () => 1\n',
  'topology/b.ts': 'export const b = () => 1\n',
}

describe('the run of all tests', () => {
  test('ends with the closing lines of the runner', (t) => {
    const { ok, output } = run(t, { 'test/good.test.ts': good })
    assert.ok(ok, output)
    assert.match(output, /1\/1 ok test\/good\.test\.ts 1 tests/)
    assert.match(output, /ℹ tests 1\n.*ℹ pass 1\nℹ fail 0\n.*ℹ duration_ms [\d.]+\n$/s)
  })

  test('fails with a test, and says which and why', (t) => {
    const bad = `import assert from 'node:assert/strict'\nimport { describe, test } from 'node:test'\ndescribe('sums', () => test('add up', () => { console.log('seen'); assert.equal(1 + 1, 3) }))\n`
    const { ok, output } = run(t, { 'test/bad.test.ts': bad, 'test/good.test.ts': good })
    assert.equal(ok, false)
    assert.match(output, /✖ sums › add up\n.*2 !== 3/s)
    assert.match(output, /it wrote:\n +seen/)
    assert.match(
      output,
      /failed:\n {2}test\/bad\.test\.ts: ✖ sums › add up\n.*strictly equal.*\n.*\n.*2 !== 3/,
    )
    assert.match(output, /ℹ pass 1\nℹ fail 1\n/)
  })

  test('fails with a file that cannot be loaded, and shows its last words', (t) => {
    const { ok, output } = run(t, { 'test/broken.test.ts': "import './gone.ts'\n" })
    assert.equal(ok, false)
    assert.match(output, /Cannot find module .*gone\.ts/)
    assert.match(output, /test\/broken\.test\.ts: ended badly/)
  })

  test('stops when a file hangs, and says which', (t) => {
    const hangs = `import { test } from 'node:test'\ntest('x', () => new Promise(() => setInterval(() => {}, 1_000)))\n`
    const files = { 'test/good.test.ts': good, 'test/hangs.test.ts': hangs }
    const { ok, output } = run(t, files, { fileTimeoutMs: 6_000 })
    assert.equal(ok, false)
    assert.match(output, /ok test\/good\.test\.ts/)
    assert.match(output, /FAILED stopped: test\/hangs\.test\.ts is not done after 6 s/)
  })

  test('fails when a test leaves something behind', (t) => {
    const untidy = `import { mkdtempSync } from 'node:fs'\nimport { tmpdir } from 'node:os'\nimport { test } from 'node:test'\ntest('x', () => { mkdtempSync(tmpdir() + '/untidy-') })\n`
    const { ok, output } = run(t, { 'test/untidy.test.ts': untidy })
    assert.equal(ok, false)
    assert.match(output, /FAILED left behind in the temporary folder: untidy-/)
  })

  test('tells what was left out, and why', (t) => {
    const skipped = `import { test } from 'node:test'\ntest('x', { skip: 'no server' }, () => {})\n`
    const { ok, output } = run(t, { 'test/skipped.test.ts': skipped })
    assert.ok(ok, output)
    assert.match(output, /left out: x: no server\n/)
  })

  test('fails in CI with what was left out, but for what is known to be', (t) => {
    const skippedFor = (reason: string) =>
      `import { test } from 'node:test'\ntest('x', { skip: '${reason}' }, () => {})\n`
    const ci = { environment: { CI: 'true' } }
    const { ok, output } = run(t, { 'test/skipped.test.ts': skippedFor('no server') }, ci)
    assert.equal(ok, false)
    assert.match(output, /FAILED left out, which CI may not: x: no server\n/)
    const known = run(
      t,
      { 'test/skipped.test.ts': skippedFor('C4A_TEST_SERVICES=1 starts them') },
      ci,
    )
    assert.ok(known.ok, known.output)
  })

  test('runs again in CI what failed, and names what held only then', (t) => {
    const once = `import assert from 'node:assert/strict'\nimport { existsSync, writeFileSync } from 'node:fs'\nimport { test } from 'node:test'\nconst been = process.cwd() + '/been'\ntest('x', () => { const first = !existsSync(been); writeFileSync(been, ''); assert.ok(!first, 'the machine was busy') })\n`
    const files = { 'test/once.test.ts': once, 'test/good.test.ts': good }
    assert.equal(run(t, files).ok, false)
    const { ok, output } = run(t, files, { environment: { CI: 'true' } })
    assert.ok(ok, output)
    assert.match(output, /held only when run again:\n {2}test\/once\.test\.ts: ✖ x\n.*was busy/)
    assert.match(output, /ℹ pass 1\nℹ fail 1\n/)
  })

  test('fails in CI with what fails again', (t) => {
    const bad = `import { test } from 'node:test'\ntest('x', () => { throw new Error('always') })\n`
    const ci = { environment: { CI: 'true' } }
    const { ok, output } = run(t, { 'test/bad.test.ts': bad }, ci)
    assert.equal(ok, false)
    assert.match(output, /failed:\n {2}test\/bad\.test\.ts: ✖ x\n.*always/)
  })

  test('fails when no file has the words', (t) => {
    const { ok, output } = run(t, { 'test/good.test.ts': good }, { words: ['nothing'] })
    assert.equal(ok, false)
    assert.match(output, /no test file has nothing in its path/)
  })

  test('measures the lines of both rooms', (t) => {
    const files = { ...rooms, 'test/all.test.ts': covered }
    const { ok, output } = run(t, files, { coverage: true })
    assert.ok(ok, output)
    assert.match(output, /lines of stages\/ run by tests: 100\.0 %\nlines of topology\/ run/)
  })

  test('fails when too few of them were run', (t) => {
    const files = {
      ...rooms,
      'topology/b.ts': `export function b(x = 0) {\n  if (x) {\n${'    x++\n'.repeat(20)}  }\n  return x\n}\n`,
      'test/all.test.ts': covered,
    }
    const { ok, output } = run(t, files, { coverage: true })
    assert.equal(ok, false)
    assert.match(
      output,
      /FAILED topology\/ is covered to [\d.]+ % of its lines, and must be to 90\.0 %/,
    )
  })
})

/** A project of these files, whose tests are run as `npm test` runs ours. */
function run(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  {
    environment = {},
    ...options
  }: {
    readonly words?: readonly string[]
    readonly coverage?: boolean
    readonly fileTimeoutMs?: number
    readonly environment?: Readonly<Record<string, string>>
  } = {},
) {
  const root = mkdtempSync(join(tmpdir(), 'c4a-gates-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const runTests = pathToFileURL(join(import.meta.dirname, 'run-tests.ts')).href
  const asked = JSON.stringify({ root, words: [], coverage: false, ...options })
  const script = `const { runTests } = await import('${runTests}'); process.exitCode = (await runTests(${asked})) ? 0 : 1`
  writeFileSync(join(root, 'run.js'), script)
  // Inside a test the runner would leave its tests out, and measure for the outer run.
  // Whether this is CI is for each test to say.
  const { NODE_TEST_CONTEXT: _, NODE_V8_COVERAGE: __, CI: ___, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, 'run.js')],
    { encoding: 'utf8', env: { ...env, ...environment, NO_COLOR: '1' } },
  )
  return { ok: status === 0, output: stdout + stderr }
}
