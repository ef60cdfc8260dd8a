import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { request } from 'undici'
import { type OpenHub, openHub } from './open-hub.ts'
import { assertClean, runCli } from './run-cli.ts'

const davi = 'telegram:900000004'

describe('what is scheduled', { timeout: 180_000 }, () => {
  let hub: OpenHub
  before(async () => {
    hub = await openHub()
  })
  after(async () => {
    assert.equal((await hub.stop()).code, 0)
  })

  async function cli(...args: readonly string[]) {
    const ended = await runCli(args, hub.environment)
    assertClean(ended, hub.key)
    return ended
  }

  async function onPhone(): Promise<readonly string[]> {
    const { body } = await request(`${hub.phones}/simulator/phones/telegram/900000004/messages`)
    const shown = JSON.stringify(await body.json())
    return [...shown.matchAll(/(first|now|later|never)-\w+/g)].map(([text]) => text)
  }

  async function seen(id: string, status: string): Promise<void> {
    const endMs = Date.now() + 60_000
    for (;;) {
      const { stdout } = await cli('status', id, '--json')
      if (stdout !== '' && JSON.parse(stdout).status === status) return
      assert.ok(Date.now() < endMs, `never ${status}: ${stdout}`)
    }
  }

  test('holds up nobody, is taken back by who sent it, and outlives the process', async () => {
    const send = (id: string, ...more: readonly string[]) =>
      cli('send', '--to', davi, '--text', `${id}-text`, '--message-id', id, ...more)
    assert.equal((await send('never', '--at', '20s')).code, 0)
    assert.equal((await send('later', '--at', '20s')).code, 0)
    await seen('later', 'scheduled')
    await seen('never', 'scheduled')
    await send('now', '--wait', 'sent')
    assert.deepEqual(await onPhone(), ['now-text'])

    const cancelled = await cli('cancel', 'never')
    assert.equal(cancelled.code, 0, cancelled.stderr)
    assert.match(cancelled.stdout, /^cancelled never\n/)
    await seen('never', 'cancelled')
    const late = await cli('cancel', 'now', '--json')
    assert.equal(late.code, 1)
    assert.deepEqual(JSON.parse(late.stdout).outcome, 'too-late')

    // Not asked to stop: what waits must be on the disk.
    const { dataDir } = hub
    hub.process.destroy()
    await hub.process.ended
    hub = await openHub(undefined, {}, dataDir)
    await seen('later', 'sent')
    await seen('never', 'cancelled')
    assert.deepEqual(await onPhone(), ['later-text'])
  })

  test('expires where it may not be sent in time', async () => {
    const past = await cli('send', '--to', davi, '--text', 'x', '--at', '2h', '--expires', '1h')
    assert.notEqual(past.code, 0)
    assert.match(past.stderr, /would expire before it is sent/)
    const odd = await cli('send', '--to', davi, '--text', 'x', '--at', 'tomorrow')
    assert.equal(odd.code, 64)
  })
})
