import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { request } from 'undici'
import { type OpenHub, openHub } from './open-hub.ts'
import { assertClean, runCli, startCli } from './run-cli.ts'

const ana = 'whatsapp:5511999990001'
const davi = 'telegram:900000004'
const redInk = '\u001b'

describe('send, status and tail against a hub', { timeout: 120_000 }, () => {
  let hub: OpenHub
  const folder = mkdtempSync(join(tmpdir(), 'c4a-send-'))
  before(async () => {
    hub = await openHub()
  })
  after(async () => {
    rmSync(folder, { recursive: true })
    const { code } = await hub.stop()
    assert.equal(code, 0)
  })

  async function cli(...args: readonly string[]) {
    const ended = await runCli(args, hub.environment)
    assertClean(ended, hub.key)
    return ended
  }

  /** What Davi's phone shows. */
  async function onPhone(text: string): Promise<boolean> {
    const { body } = await request(`${hub.phones}/simulator/phones/telegram/900000004/messages`)
    return JSON.stringify(await body.json()).includes(text)
  }

  test('send tells the ids, and with --wait follows the message up to read', async () => {
    const { code, stdout, stderr } = await cli(
      'send',
      '--to',
      ana,
      '--text',
      'Oi',
      '--wait',
      'read',
    )
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^accepted [\w-]+\n {2}conversation c_\S+\n {2}submission +\S+\n/)
    assert.match(stdout, /whatsapp 5511999990001 \(demo\) {2}✓✓ read {2}wamid\./)
    assert.match(stderr, /✓✓ read {2}waiting for read\n$/)
  })

  test('send --json is one document, with and without --wait', async () => {
    const plain = JSON.parse((await cli('send', '--to', davi, '--text', 'a', '--json')).stdout)
    assert.equal(plain.status, 'accepted')
    const { stdout } = await cli('send', '--to', davi, '--text', 'b', '--wait', 'sent', '--json')
    const waited = JSON.parse(stdout)
    assert.deepEqual(waited.wait, { for: 'sent', end: 'reached', why: '' })
    assert.equal(waited.message.deliveries[0].status, 'sent')
  })

  test('send takes a file, stores it and sends it under its name', async () => {
    const file = join(folder, 'Fatura 7.txt')
    writeFileSync(file, 'R$ 10')
    const args = ['--document', file, '--caption', 'due', '--message-id', 'doc', '--wait', 'sent']
    const { code, stderr } = await cli('send', '--to', davi, ...args)
    assert.equal(code, 0, stderr)
    assert.ok(await onPhone('Fatura 7.txt'))
    const { content } = JSON.parse((await cli('status', 'doc', '--json')).stdout)
    assert.deepEqual(
      [content.type, content.caption, typeof content.blobId],
      ['document', 'due', 'string'],
    )
  })

  test('send takes a place south and west', async () => {
    const place = ['--location', '-23.5,-46.25,Avenida, Paulista', '--message-id', 'place']
    assert.equal((await cli('send', '--to', davi, ...place, '--wait', 'sent')).code, 0)
    const { content } = JSON.parse((await cli('status', 'place', '--json')).stdout)
    assert.deepEqual(content, {
      type: 'location',
      latitude: -23.5,
      longitude: -46.25,
      name: 'Avenida, Paulista',
    })
  })

  test('send --dry-run shows the request and sends nothing', async () => {
    const args = ['--text', 'never sent', '--message-id', 'dry', '--dry-run', '--json']
    const { code, stdout } = await cli('send', '--to', davi, ...args)
    assert.equal(code, 0)
    const { dryRun, body } = JSON.parse(stdout)
    assert.equal(dryRun, true)
    assert.deepEqual(body.to, { channel: 'telegram', address: '900000004' })
    await cli('send', '--to', davi, '--text', 'after it', '--wait', 'sent')
    assert.equal(await onPhone('never sent'), false)
    assert.equal((await cli('status', 'dry')).code, 66)
  })

  test('waiting for what a channel never reports ends at once with 64, and nothing is sent', async () => {
    const args = ['--text', 'in vain', '--message-id', 'vain', '--wait', 'delivered']
    const { code, stderr, stdout } = await cli('send', '--to', davi, ...args)
    assert.equal(code, 64)
    assert.equal(stdout, '')
    assert.match(stderr, /telegram never reports 'delivered', only sent and failed/)
    assert.equal((await cli('status', 'vain')).code, 66)
  })

  test('waiting for it in a conversation is told as soon as its channel is known', async () => {
    const first = JSON.parse((await cli('send', '--to', davi, '--text', 'a', '--json')).stdout)
    const args = ['--conversation', first.conversationId, '--text', 'b', '--wait', 'read', '--json']
    const { code, stdout } = await cli('send', ...args)
    assert.equal(code, 64)
    assert.equal(JSON.parse(stdout).wait.end, 'never-comes')
  })

  test('a message that fails ends --wait with 1 and the reason', async () => {
    // A stranger: their window is closed.
    const args = ['--text', 'x', '--wait', 'delivered']
    const { code, stderr } = await cli('send', '--to', 'whatsapp:4915112345678', ...args)
    assert.equal(code, 1)
    assert.match(stderr, /failed the message is failed \(window-closed/)
  })

  test('an id used again sends once: the same content is followed, another is told with 1', async () => {
    const send = (text: string) =>
      cli('send', '--to', davi, '--text', text, '--message-id', 'again', '--wait', 'sent')
    assert.equal((await send('one')).code, 0)
    const same = await send('one')
    assert.equal(same.code, 0)
    assert.match(same.stderr, /was sent before/)
    const other = await send('two')
    assert.equal(other.code, 1)
    assert.match(other.stderr, /used before for another content \(id-reused\)/)
  })

  test('time that is up ends with 124', async () => {
    const args = ['--text', 'slow', '--wait', 'read', '--timeout', '1ms']
    const { code, stderr } = await cli('send', '--to', ana, ...args)
    assert.equal(code, 124)
    assert.match(stderr, /not read in time/)
  })

  test('status shows the tree, and what others wrote cannot steer the terminal', async () => {
    const text = `${redInk}[31mred\nnext`
    await cli('send', '--to', ana, '--text', text, '--message-id', 'tree', '--wait', 'read')
    const { code, stdout } = await cli('status', 'tree')
    assert.equal(code, 0)
    assert.match(stdout, /^tree {2}✓✓ read\n/)
    assert.match(stdout, /says {9}" \[31mred next"\n/)
    assert.match(stdout, /└─ whatsapp 5511999990001 \(demo\)/)
    for (const kind of ['✓ sent', '✓✓ delivered', '✓✓ read']) {
      assert.match(stdout, new RegExp(`\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z {2}${kind}\\n`))
    }
  })

  test('status --watch ends when nothing more can come', async () => {
    await cli(
      'send',
      '--to',
      ana,
      '--text',
      'watch me',
      '--message-id',
      'watched',
      '--wait',
      'sent',
    )
    const { code, stdout } = await cli('status', 'watched', '--watch', '--json')
    assert.equal(code, 0)
    const views = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.equal(views.at(-1).status, 'read')
  })

  test('tail shows what happens from now on, filtered, and Ctrl-C ends it with 130', async (t) => {
    const tail = startCli(['tail', '--type', 'delivery.*', '--json'], hub.environment)
    t.after(() => tail.destroy())
    // It says nothing until something happens, so things happen until it does.
    const heard = tail.said(/delivery\.read/)
    let isHeard = false
    void heard.then(() => {
      isHeard = true
    })
    while (!isHeard) await cli('send', '--to', ana, '--text', 'news', '--wait', 'read')
    await heard
    tail.interrupt()
    const ended = await tail.ended
    assertClean(ended, hub.key)
    assert.equal(ended.code, 130)
    assert.equal(ended.stderr, '')
    for (const line of ended.stdout.trimEnd().split('\n')) {
      assert.match(JSON.parse(line).type, /^delivery\./)
    }
  })

  test('tail goes on behind a cursor, and from the start with every event once', async () => {
    const first = await cli('tail', '--from', 'start', '--count', '3', '--json')
    const events = first.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const rest = await cli('tail', '--from', events[0].cursor, '--count', '2', '--json')
    const ids = rest.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).eventId)
    assert.deepEqual(ids, [events[1].eventId, events[2].eventId])
  })

  test('tail of one conversation leaves all others out', async () => {
    const sent = await cli('send', '--to', davi, '--text', 'c', '--wait', 'sent', '--json')
    const { conversationId } = JSON.parse(sent.stdout)
    const args = ['--conversation', conversationId, '--count', '2', '--json']
    const { stdout } = await cli('tail', '--from', 'start', ...args)
    for (const line of stdout.trimEnd().split('\n')) {
      assert.equal(JSON.parse(line).conversationId, conversationId)
    }
  })

  test('the local key goes to no other machine', async () => {
    const { code, stderr } = await cli('status', 'x', '--url', 'http://hub.invalid:8080')
    assert.equal(code, 77)
    assert.match(stderr, /There is no key/)
  })
})
