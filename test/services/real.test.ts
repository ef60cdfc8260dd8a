import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { until } from '../until.ts'
import { activeController } from './kinds/kafka-controller.ts'
import { askPostgres } from './kinds/postgres-ask.ts'
import { processTable } from './processes/process-table.ts'
import { Site } from './site.ts'
import type { ServerStatus } from './status.ts'

const run = promisify(execFile)
const program = join(import.meta.dirname, 'run.ts')

/** Some 40 s of two processors and, the first time, 300 MB of downloads. */
const skip = process.env['C4A_TEST_SERVICES'] === '1' ? false : 'C4A_TEST_SERVICES=1 starts them'

describe('real servers: brokers, registry, PostgreSQL, Redis and S3', { skip }, () => {
  const above = mkdtempSync(join(tmpdir(), 'c4a-services-'))
  // PostgreSQL runs as another user where we are root, and has to get through.
  chmodSync(above, 0o711)
  const site = new Site(join(above, 'site'))
  const { signal } = new AbortController()

  async function services(...args: readonly string[]): Promise<string> {
    const env = { ...process.env, C4A_SERVICES_FOLDER: site.folder, NO_COLOR: '1' }
    const { stdout } = await run(process.execPath, [program, ...args], { env })
    return stdout
  }

  async function told(): Promise<ReadonlyMap<string, ServerStatus>> {
    const { stdout } = await services('status', '--json')
      .then((stdout) => ({ stdout }))
      // It ends with 1 where something does not serve, which is what some ask for here.
      .catch((error: { readonly stdout: string }) => error)
    const found: readonly ServerStatus[] = JSON.parse(stdout)
    return new Map(found.map((server) => [server.server, server]))
  }

  const detail = async (server: string) => (await told()).get(server)?.detail

  before(() => services('up'))
  after(async () => {
    await services('down')
    rmSync(above, { recursive: true })
  })

  test('all of them serve', async () => {
    const found = await told()
    assert.deepEqual(
      [...found.values()].filter(({ state }) => state !== 'serves'),
      [],
    )
    assert.deepEqual(
      [...found.keys()],
      [
        ['kafka-1', 'kafka-2', 'kafka-3'],
        'registry',
        ['postgres-1', 'postgres-2', 'postgres-3'],
        'redis',
        's3',
      ].flat(),
    )
  })

  test('the environment names each of them', async () => {
    const names = ['KAFKA', 'REGISTRY', 'POSTGRES', 'POSTGRES_ALL', 'REDIS', 'S3']
    assert.deepEqual(Object.keys(JSON.parse(await services('env', '--json'))), [
      'C4A_SERVICES_FOLDER',
      ...names.map((name) => `C4A_TEST_${name}`),
    ])
  })

  test('all brokers name the same active controller, which is one of them', async () => {
    const { ports } = site.planWith('kafka-1')
    const named = await Promise.all(
      Object.values(ports).map(({ client = 0 }) => activeController(client, signal)),
    )
    assert.equal(named.length, 3)
    assert.equal(new Set(named).size, 1, named.join())
    assert.match(named[0] ?? '', /^kafka-[123]$/)
  })

  test('a broker that is killed is missed by the others, and found again when it is back', async () => {
    await services('kill', 'kafka-2')
    assert.equal((await told()).get('kafka-2')?.state, 'gone')
    await until(
      'sees kafka-1, kafka-3',
      async () => (await detail('kafka-1')) === 'sees kafka-1, kafka-3',
    )
    await services('start', 'kafka-2')
    await until(
      'sees kafka-1, kafka-2, kafka-3',
      async () => (await detail('kafka-3')) === 'sees kafka-1, kafka-2, kafka-3',
    )
  })

  test('a row that was acknowledged is there after a failover, and the old primary follows', async () => {
    const plan = site.planWith('postgres-1')
    const ask = (server: string, sql: string) => askPostgres(plan, server, sql, signal)
    await ask('postgres-1', 'create table kept as select 7 as value')
    await services('kill', 'postgres-1')
    // Of two one has it for certain: the one that is further.
    const position = `select (pg_last_wal_receive_lsn() - '0/0')::float8 as "at"`
    const at = async (server: string) => Number((await ask(server, position))['at'])
    const [two, three] = [await at('postgres-2'), await at('postgres-3')]
    const [leader, other] =
      two >= three
        ? (['postgres-2', 'postgres-3'] as const)
        : (['postgres-3', 'postgres-2'] as const)
    await ask(leader, 'select pg_promote()')
    assert.deepEqual(await ask(leader, 'select value from kept'), { value: 7 })
    await until(
      'primary, followed by 1',
      async () => (await detail(leader)) === 'primary, followed by 1',
    )
    // Would wait for ever if nobody confirmed it.
    await ask(leader, 'insert into kept values (8)')
    await services('start', 'postgres-1')
    await until(
      'primary, followed by 2',
      async () => (await detail(leader)) === 'primary, followed by 2',
    )
    const port = plan.ports[leader]?.['sql']
    assert.equal(await detail('postgres-1'), `standby, follows port ${port}`)
    assert.equal(await detail(other), `standby, follows port ${port}`)
  })

  test('what the registry, Redis and S3 were told is there after a kill', async () => {
    const { C4A_TEST_REGISTRY: registry } = JSON.parse(await services('env', '--json'))
    await fetch(`${registry}/subjects/kept/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schema: '"string"' }),
    })
    for (const server of ['registry', 's3']) {
      await services('kill', server)
      await services('start', server)
    }
    const subjects = await fetch(`${registry}/subjects`)
    assert.deepEqual(await subjects.json(), ['kept'])
    assert.equal(await detail('s3'), 'has 1 buckets')
  })

  test('down leaves no process, no folder and no shared memory', async () => {
    const pids = [...(await told()).values()].flatMap(({ pid }) => pid ?? [])
    assert.equal(pids.length, 9)
    const isOurs = ({ creator }: { readonly creator: number }) => pids.includes(creator)
    assert.equal(sharedMemory().filter(isOurs).length, 3)
    // What it took outside its folder it cannot give back itself.
    await services('kill', 'postgres-3')
    await services('down')
    const table = processTable()
    assert.deepEqual(
      pids.filter((pid) => table.has(pid)),
      [],
    )
    assert.equal(existsSync(site.folder), false)
    assert.deepEqual(sharedMemory().filter(isOurs), [])
  })
})

/** System V segments, by the process that made each: the fifth column. */
function sharedMemory() {
  const lines = readFileSync('/proc/sysvipc/shm', 'utf8').trimEnd().split('\n').slice(1)
  return lines.map((line) => ({ creator: Number(line.trim().split(/\s+/)[4]) }))
}
