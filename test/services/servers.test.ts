import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { down } from './down.ts'
import { fakeService } from './fake-service.ts'
import { faults } from './faults.ts'
import { processTable } from './processes/process-table.ts'
import type { RealService } from './real-service.ts'
import { Site } from './site.ts'
import { status } from './status.ts'
import { up } from './up.ts'
import { withServices } from './with.ts'

const { signal } = new AbortController()
const options = { signal, say: () => {} }

/** A place of this test alone. `again` is what another command sees there. */
function place(t: TestContext, ...services: RealService[]) {
  const above = mkdtempSync(join(tmpdir(), 'c4a-services-'))
  const again = () => new Site(join(above, 'site'), services)
  t.after(async () => {
    await down(again(), services, options.say)
    rmSync(above, { recursive: true })
  })
  return { site: again(), again, services }
}

const states = async (site: Site) =>
  Object.fromEntries((await status(site)).map(({ server, state }) => [server, state]))

const act = (verb: string, site: Site, server: string) => faults[verb]?.(site, server, signal)

/** The child of a server, which it names in its answer. */
async function childOf(site: Site, server: string): Promise<number> {
  const found = (await status(site)).find((one) => one.server === server)
  return Number(found?.detail.split(' ')[1])
}

test('servers outlive the command that started them, and the next one finds them', async (t) => {
  const { site, again, services } = place(t, fakeService('fake'))
  await up(site, services, options)
  const serves = { 'fake-1': 'serves', 'fake-2': 'serves' }
  assert.deepEqual(await states(again()), serves)
  const pids = (await status(again())).map(({ pid }) => pid)
  await up(again(), services, options)
  assert.deepEqual(
    (await status(again())).map(({ pid }) => pid),
    pids,
    'what is up is left alone',
  )
})

test('down leaves no process and no folder, whatever state the servers are in', async (t) => {
  const { site, again, services } = place(t, fakeService('fake'), fakeService('other'))
  await up(site, services, options)
  const children = [await childOf(site, 'fake-1'), await childOf(site, 'other-2')]
  const pids = (await status(site)).map(({ pid }) => pid ?? 0)
  await act('pause', again(), 'fake-1')
  await act('kill', again(), 'fake-2')
  await down(again(), services, options.say)
  const table = processTable()
  for (const pid of [...pids, ...children]) assert.equal(table.has(pid), false, String(pid))
  assert.equal(existsSync(site.folder), false)
  assert.deepEqual(await status(again()), [])
})

test('down of one service leaves the others', async (t) => {
  const [fake, other] = [fakeService('fake'), fakeService('other')]
  const { site, again } = place(t, fake, other)
  await up(site, [fake, other], options)
  await down(again(), [fake], options.say)
  assert.deepEqual(await states(again()), { 'other-1': 'serves', 'other-2': 'serves' })
})

test('a server is killed, stopped, started on its data, paused and resumed, with all that it started', async (t) => {
  const { site, again, services } = place(t, fakeService('fake'))
  await up(site, services, options)

  const child = await childOf(site, 'fake-1')
  await act('kill', again(), 'fake-1')
  assert.deepEqual(await states(site), { 'fake-1': 'gone', 'fake-2': 'serves' })
  assert.equal(processTable().has(child), false)
  await act('start', again(), 'fake-1')
  assert.deepEqual(await states(site), { 'fake-1': 'serves', 'fake-2': 'serves' })

  await act('pause', again(), 'fake-2')
  assert.deepEqual(await states(site), { 'fake-1': 'serves', 'fake-2': 'paused' })
  const running = await childOf(site, 'fake-1')
  assert.equal(processTable().get(running)?.paused, false)
  await act('resume', again(), 'fake-2')
  assert.deepEqual(await states(site), { 'fake-1': 'serves', 'fake-2': 'serves' })

  await act('stop', again(), 'fake-1')
  const plan = site.planWith('fake-1')
  const said = readFileSync(site.process(plan, 'fake-1').logFile, 'utf8')
  assert.equal(said, 'listens\nlistens\nin good order\n')
  await up(again(), services, options)
  assert.deepEqual(await states(site), { 'fake-1': 'serves', 'fake-2': 'serves' })
})

test('a process that got the number of one that ended is not taken for it', async (t) => {
  const { site, services } = place(t, fakeService('fake'))
  await up(site, services, options)
  await act('kill', site, 'fake-1')
  const record = join(site.planWith('fake-1').folder, 'fake-1', 'process.json')
  writeFileSync(record, JSON.stringify({ pid: process.pid, startedAt: 'another time' }))
  assert.deepEqual(await states(site), { 'fake-1': 'gone', 'fake-2': 'serves' })
  // Would end this test.
  await act('kill', site, 'fake-1')
})

test('what cannot start says why, and nothing of the same call stays', async (t) => {
  const good = fakeService('good')
  const bad = fakeService('bad', {
    command: () => ({ program: process.execPath, args: ['-e', 'throw new Error("no disk left")'] }),
  })
  const before = fakeService('before')
  const { site, again } = place(t, before, good, bad)
  await up(site, [before], options)
  await assert.rejects(up(again(), [good, bad], options), (error: Error) => {
    assert.match(error.message, /^bad-\d ended by itself; the end of its log:\n.*no disk left/s)
    return true
  })
  assert.deepEqual(await states(again()), { 'before-1': 'serves', 'before-2': 'serves' })
  assert.equal(existsSync(join(site.folder, 'good')), false)
  assert.equal(existsSync(join(site.folder, 'bad')), false)
})

test('a stop while they start leaves nothing', async (t) => {
  const stop = new AbortController()
  const never = fakeService('never', {
    async probe() {
      stop.abort(new Error('stopped by a test'))
      throw new Error('not yet')
    },
  })
  const { site, services } = place(t, never)
  await assert.rejects(up(site, services, { ...options, signal: stop.signal }), /stopped by a test/)
  assert.equal(existsSync(site.folder), false)
})

test('what a killed command had begun is begun anew', async (t) => {
  const fake = fakeService('fake')
  const { site, again, services } = place(t, fake)
  await up(site, services, options)
  const [plan] = site.plans()
  if (plan) site.add({ ...plan, isWhole: false })
  const pids = (await status(site)).map(({ pid }) => pid ?? 0)
  assert.deepEqual(await up(again(), services, options), [fake])
  for (const pid of pids) assert.equal(processTable().has(pid), false)
  assert.deepEqual(await states(again()), { 'fake-1': 'serves', 'fake-2': 'serves' })
})

test('two commands do not bring up at the same time, and a dead one holds up nobody', async (t) => {
  const { site, again, services } = place(t, fakeService('fake'))
  const first = up(site, services, options)
  await assert.rejects(up(again(), services, options), /another command is bringing servers up/)
  await first
  writeFileSync(
    join(site.folder, 'lock'),
    JSON.stringify({ pid: process.pid, startedAt: 'before' }),
  )
  await up(again(), services, options)
})

test('a folder that has other things in it is refused, and keeps them', async (t) => {
  const { site, services } = place(t, fakeService('fake'))
  mkdirSync(site.folder)
  writeFileSync(join(site.folder, 'thesis.txt'), 'years of work')
  await assert.rejects(up(site, services, options), /site has thesis.txt in it/)
  rmSync(join(site.folder, 'thesis.txt'))
  await up(site, services, options)
  writeFileSync(join(site.folder, 'thesis.txt'), 'years of work')
  await down(site, services, options.say)
  assert.deepEqual(readdirSync(site.folder), ['thesis.txt'])
  rmSync(site.folder, { recursive: true })
})

test('a server that is paused is not waited for', async (t) => {
  const { site, services } = place(t, fakeService('fake'))
  await up(site, services, options)
  await act('pause', site, 'fake-1')
  await assert.rejects(up(site, services, options), /fake-1 is paused: resume it/)
  assert.deepEqual(await states(site), { 'fake-1': 'paused', 'fake-2': 'serves' })
})

test('a command beside servers finds them, and they are gone when it has ended', async (t) => {
  const { site, services } = place(t, fakeService('fake'))
  const asks =
    'fetch("http://127.0.0.1:" + process.env.FAKE_PORTS.split(",")[1]).then(({ status }) => process.exit(status - 193))'
  const code = await withServices(site, services, [process.execPath, '-e', asks], options)
  assert.equal(code, 7)
  assert.equal(existsSync(site.folder), false)
})
