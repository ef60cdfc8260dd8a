import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { anyPorts, openHub } from './open-hub.ts'
import { assertClean, type Environment, runCli, startCli } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'c4a-start-'))
after(() => rmSync(folder, { recursive: true, force: true }))

let folders = 0
/** An empty data folder for each start. */
const start = (environment: Environment) =>
  runCli(['start'], {
    ...anyPorts,
    C4A_DATA_DIR: join(folder, `data-${folders++}`),
    ...environment,
  })

describe('a start that cannot be', { timeout: 120_000 }, () => {
  const ports = ['C4A_HTTP_PORT', 'C4A_GRPC_PORT', 'C4A_SIMULATOR_PORT', 'C4A_REGISTRY_PORT']
  for (const setting of ports) {
    test(`because another program listens on the port of ${setting} names the setting and ends with 69`, async (t) => {
      const server = createServer().listen(0, '127.0.0.1')
      t.after(() => server.close())
      await new Promise((listening) => server.once('listening', listening))
      const { port } = server.address() as AddressInfo
      const ended = await start({ [setting]: String(port) })
      assert.equal(ended.code, 69, ended.stderr)
      const sentence = new RegExp(
        `^C4A_PORT_BUSY .*\\b${port}\\b.*: another program .*${setting} to a`,
      )
      assert.match(ended.stderr, sentence)
      assert.equal(ended.stdout, '')
      assertClean(ended)
    })
  }

  test('for a bad value names the setting and what it takes, and ends with 78', async () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    const broken = join(folder, 'broken.yaml')
    writeFileSync(broken, 'version: 1\nstages: [')
    const rows: readonly [Environment, RegExp][] = [
      [{ C4A_HTTP_PORT: 'abc' }, /^C4A_SETTING_INVALID Setting C4A_HTTP_PORT: 'abc' is not a port/],
      [{ C4A_GRPC_PORT: '70000' }, /Setting C4A_GRPC_PORT: '70000' is not a port/],
      [{ C4A_SIMULATOR_PORT: '-1' }, /Setting C4A_SIMULATOR_PORT: '-1' is not a port/],
      [{ C4A_REGISTRY_PORT: '1.5' }, /Setting C4A_REGISTRY_PORT: '1.5' is not a port/],
      [{ C4A_OPEN_DOCS: 'yes' }, /Setting C4A_OPEN_DOCS: 'yes' is not `true` or `false`/],
      [{ C4A_LOG_LEVEL: 'loud' }, /Setting C4A_LOG_LEVEL: 'loud' is not one of trace/],
      [{ C4A_SIMULATOR_URL: 'nowhere' }, /Setting C4A_SIMULATOR_URL: 'nowhere' is not an address/],
      [{ C4A_HOST: 'host.invalid' }, /'host\.invalid'.*C4A_HOST/],
      [{ C4A_DATA_DIR: join(file, 'x') }, /The data folder '.*a-file\/x' .*ENOTDIR.*C4A_DATA_DIR/],
      [{ C4A_PIPELINE: join(folder, 'none.yaml') }, /none\.yaml': ENOENT.*Set C4A_PIPELINE/],
      [{ C4A_PIPELINE: broken }, /broken\.yaml:2:\d+ error C4A1001/],
    ]
    for (const [environment, sentence] of rows) {
      const ended = await start(environment)
      assert.equal(ended.code, 78, JSON.stringify(environment) + ended.stderr)
      assert.match(ended.stderr, sentence)
      assertClean(ended)
    }
  })

  test('for a secret that is too short does not show it', async () => {
    const ended = await start({ C4A_BOOTSTRAP_KEY: 'hunter2-hunter2' })
    assert.equal(ended.code, 78)
    assert.match(ended.stderr, /C4A_BOOTSTRAP_KEY: it has 15 characters/)
    assertClean(ended, 'hunter2')
  })

  test('for a key file that cannot be read says which', async () => {
    const data = join(folder, 'odd')
    // A folder where the file should be: nobody, root neither, can read it.
    mkdirSync(join(data, 'bootstrap-key'), { recursive: true })
    const ended = await start({ C4A_DATA_DIR: data })
    assert.equal(ended.code, 78, ended.stderr)
    assert.match(ended.stderr, /odd\/bootstrap-key' .*C4A_DATA_DIR/)
    assertClean(ended)
  })
})

describe('a start that can be', { timeout: 120_000 }, () => {
  test('has its data folder for itself, drains on SIGTERM, and starts again on what it left', async () => {
    const hub = await openHub()
    const dataDir = hub.environment['C4A_DATA_DIR'] ?? ''
    const second = await start({ C4A_DATA_DIR: dataDir })
    assert.equal(second.code, 69)
    assert.match(second.stderr, /^C4A_CONFLICT The data folder '.*' is in use: another process/)
    assertClean(second, hub.key)

    const send = ['send', '--to', 'telegram:900000004', '--text', 'kept', '--message-id', 'kept']
    assert.equal((await runCli(send, hub.environment)).code, 0)
    hub.process.kill('SIGTERM')
    const ended = await hub.process.ended
    assert.equal(ended.code, 0)
    assert.match(ended.stderr, /^stopping: what is under way may finish/)
    assertClean(ended, hub.key)

    const again = startCli(['start'], { ...anyPorts, C4A_DATA_DIR: dataDir })
    try {
      const url = /REST\s+(\S+)/.exec(await again.said(/key\s+\S+\n/))?.[1] ?? ''
      const environment = { C4A_URL: url, C4A_DATA_DIR: dataDir }
      const watch = await runCli(['status', 'kept', '--watch', '--json'], environment)
      assert.equal(watch.code, 0, watch.stderr)
      assert.match(watch.stdout, /"status":"sent"/)
      again.interrupt()
      assert.equal((await again.ended).code, 0)
    } finally {
      again.destroy()
      rmSync(dataDir, { recursive: true, force: true })
    }
  })
})
