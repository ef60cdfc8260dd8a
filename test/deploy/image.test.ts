import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { validate } from 'dockerfile-utils'
import { freePort } from '../chaos/free-port.ts'
import { seededRandom } from '../random.ts'
import { ContainerProcess } from './container-process.ts'
import { compiling, copied, dockerfile, execForm, lastStage, layImage } from './image-folder.ts'

const root = join(import.meta.dirname, '..', '..')

describe('the Dockerfile', () => {
  test('has nothing that its language forbids', () => {
    assert.deepEqual(
      validate(dockerfile).map(({ range, message }) => `line ${range.start.line + 1}: ${message}`),
      [],
    )
    assert.ok(validate(dockerfile.replace('COPY bin', 'COPPY bin')).length > 0)
  })

  test('ends in an image without tools, whose user is not root', () => {
    assert.match(lastStage[0] ?? '', /distroless.*:nonroot$/)
    assert.ok(lastStage.includes('USER 65532:65532'))
    assert.ok(!lastStage.some((line) => line.startsWith('RUN ')), 'there is no shell to run it')
  })

  test('starts the program with the flags of the launcher, by which it was compiled, too', () => {
    const launcher = readFileSync(join(root, 'bin/node24.js'), 'utf8')
    const [, listed = ''] = /const flags = \[(.*)\]/.exec(launcher) ?? []
    const flags = [...listed.matchAll(/'([^']+)'/g)].map(([, flag]) => flag)
    assert.ok(flags.length >= 2)
    const node = ['/app/node_modules/node/bin/node', ...flags]
    assert.deepEqual(execForm('ENTRYPOINT'), [...node, '/app/bin/image.js'])
    assert.deepEqual(compiling, [...node, '/app/bin/compile.js'])
  })

  test('is given by .dockerignore what it copies, and nothing else', () => {
    const ignore = readFileSync(join(root, '.dockerignore'), 'utf8')
    const letIn = [...ignore.matchAll(/^!(.+)$/gm)].map(([, name]) => name)
    assert.match(ignore, /^\*$/m)
    assert.deepEqual(new Set(letIn), new Set([...copied, 'package-lock.json']))
  })
})

test('what the image has is enough to run the whole hub, as a user who can write none of it', async (t) => {
  const hub = await startedHub(t)
  assert.equal(await hub.stop(), 0, hub.said)
  assert.equal(await hub.health(), 1)
  const told = hub.said.split('\n')
  assert.ok(told.filter((line) => /was accepted/.test(line)).length > 500)
  const late = told.filter((line) =>
    /no transpile cache|initializing the in-memory entry/.test(line),
  )
  // Packages load some more when they are used.
  assert.deepEqual(
    late.filter((line) => !line.includes('/node_modules/')),
    [],
    'compiled while it started, and not with the image',
  )
})

test('where it cannot use what was compiled with the image, the hub keeps what it compiles in /tmp', async (t) => {
  const hub = await startedHub(t, (folder) =>
    rmSync(join(folder, 'app', 'compiled'), { recursive: true }),
  )
  assert.equal(await hub.stop(), 0, hub.said)
  assert.match(
    hub.said,
    /writing cache for ESM \S+\/cli\/main\.ts to temporary file \S+\/data\/compiled\//,
  )
})

/** Healthy, and its tables are open: a stop waits for tables that are being opened. It says what it finds compiled. */
async function startedHub(t: TestContext, change = (_: string) => {}): Promise<ContainerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'c4a-image-'))
  t.after(() => rmSync(folder, { recursive: true }))
  layImage(join(folder, 'app'))
  change(folder)
  const data = join(folder, 'data')
  mkdirSync(data)
  chmodSync(data, 0o777)
  const environment = {
    C4A_GRPC_PORT: '0',
    C4A_SIMULATOR_PORT: '0',
    C4A_REGISTRY_PORT: '0',
    C4A_DATA_DIR: join(data, 'hub'),
    TMPDIR: data,
    NODE_DEBUG_NATIVE: 'COMPILE_CACHE',
  }
  const port = await freePort(seededRandom(Math.random() * 2 ** 32))
  const hub = new ContainerProcess({ folder, command: ['start'], environment, port })
  t.after(() => hub.destroy())
  await hub.healthy()
  await tablesOpen(port)
  return hub
}

async function tablesOpen(port: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/ready`)
    const { checks } = (await answer.json()) as { readonly checks: { readonly tables: string } }
    if (checks.tables === 'ok') return
    await sleep(200)
  }
}
