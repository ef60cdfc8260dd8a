import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { anyPorts } from './open-hub.ts'
import { startCli } from './run-cli.ts'

const root = join(import.meta.dirname, '..', '..')

/** What a process loads that begins with these files. */
function loadedBy(...files: readonly string[]): string {
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = new Set()
    registerHooks({ load(url, context, next) { loaded.add(url); return next(url, context) } })
    for (const file of process.argv.slice(1)) await import(file)
    console.log([...loaded].join('\\n'))
    process.exit(0)`
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval']
  const paths = files.map((name) => join(root, name))
  return execFileSync(process.execPath, [...flags, program, '--', ...paths], {
    cwd: root,
    encoding: 'utf8',
  })
}

const within = (loaded: string, parts: readonly string[]) =>
  parts.filter((part) => loaded.includes(part))

test('a stage of a cluster loads no gateway, no embedded profile, no simulated platforms, no client of S3', () => {
  // What every process of a cluster is begun with; the rest is loaded when its role asks for it.
  const loaded = loadedBy('cli/commands/run-process.ts', 'cli/compose/cluster.ts')
  assert.match(loaded, /topology\/adapters\/kafka\/kafka-broker\.ts/)
  const spared = [
    'gateway/gateway.ts',
    'cli/compose/embedded.ts',
    'connectors/simulator/start-simulator.ts',
    'node_modules/@aws-sdk/',
    'node_modules/@grpc/',
    'node_modules/@electric-sql/',
    'node_modules/undici/',
    'node_modules/file-type/',
  ]
  assert.deepEqual(within(loaded, spared), [])
})

test('a whole hub loads what its first message needs, and the rest when somebody asks for it', () => {
  const loaded = loadedBy(
    'cli/commands/run-process.ts',
    'cli/compose/embedded.ts',
    'gateway/gateway.ts',
    'connectors/simulator/start-simulator.ts',
  )
  assert.match(loaded, /node_modules\/fastify\//)
  const spared = [
    'cli/compose/cluster.ts',
    'cli/client/api.ts',
    'node_modules/@kafkajs/',
    'node_modules/@grpc/',
    'node_modules/grpc-health-check/',
    'node_modules/protobufjs/',
    'node_modules/undici/',
    'node_modules/@fastify/swagger',
    'node_modules/@tus/server/',
    'node_modules/file-type/',
  ]
  assert.deepEqual(within(loaded, spared), [])
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
