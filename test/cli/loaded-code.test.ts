import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { anyPorts } from './open-hub.ts'
import { startCli } from './run-cli.ts'

const root = join(import.meta.dirname, '..', '..')

test('a stage of a cluster loads no gateway, no embedded profile, no simulated platforms, no client of S3', () => {
  // What every process of a cluster is begun with; the rest is loaded when its role asks for it.
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = new Set()
    registerHooks({ load(url, context, next) { loaded.add(url); return next(url, context) } })
    for (const file of process.argv.slice(1)) await import(file)
    console.log([...loaded].join('\\n'))
    process.exit(0)`
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval']
  const begun = ['commands/run-process.ts', 'compose/cluster.ts']
  const files = begun.map((name) => join(root, 'cli', name))
  const loaded = execFileSync(process.execPath, [...flags, program, '--', ...files], {
    cwd: root,
    encoding: 'utf8',
  })
  assert.match(loaded, /topology\/adapters\/kafka\/kafka-broker\.ts/)
  const spared = [
    'gateway/gateway.ts',
    'cli/compose/embedded.ts',
    'connectors/simulator/start-simulator.ts',
    'node_modules/@aws-sdk/',
    'node_modules/@grpc/',
    'node_modules/@electric-sql/',
  ]
  assert.deepEqual(
    spared.filter((part) => loaded.includes(part)),
    [],
  )
})

test('a hub that is killed leaves what it compiled for the next start', {
  timeout: 120_000,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'c4a-compiled-'))
  const compiled = join(folder, 'compiled')
  const hub = startCli(['start'], {
    ...anyPorts,
    C4A_DATA_DIR: join(folder, 'data'),
    NODE_COMPILE_CACHE: compiled,
  })
  t.after(async () => {
    hub.destroy()
    await hub.ended
    rmSync(folder, { recursive: true, force: true })
  })
  await hub.said(/Chat4All is ready/)
  hub.destroy()
  await hub.ended
  const files = readdirSync(compiled, { recursive: true, withFileTypes: true })
  const count = files.filter((file) => file.isFile()).length
  assert.ok(count > 1_000, `${count} files`)
})
