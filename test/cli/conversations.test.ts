import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'undici'
import { type OpenHub, openHub } from './open-hub.ts'
import { assertClean, runCli } from './run-cli.ts'

const ana = 'whatsapp:5511999990001'

// biome-ignore lint/suspicious/noExplicitAny: plain JSON of an answer.
type Any = any

describe('conversations against a hub', { timeout: 240_000 }, () => {
  let hub: OpenHub
  const folder = mkdtempSync(join(tmpdir(), 'c4a-inbox-'))

  before(async () => {
    const file = join(folder, 'pipeline.yaml')
    const shipped = readFileSync(join(import.meta.dirname, '..', '..', 'pipeline.yaml'), 'utf8')
    const searching = shipped.replace('search: off', 'search: simple')
    assert.notEqual(searching, shipped)
    writeFileSync(file, searching)
    hub = await openHub(() => {}, { C4A_PIPELINE: file })
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

  const json = async (...args: readonly string[]): Promise<Any> =>
    JSON.parse((await cli(...args, '--json')).stdout)

  async function eventually<Found>(look: () => Promise<Found | undefined>): Promise<Found> {
    const untilMs = Date.now() + 60_000
    for (;;) {
      const found = await look()
      if (found !== undefined) return found
      assert.ok(Date.now() < untilMs, 'it did not come about')
      await sleep(100)
    }
  }

  /** As a person does, on a phone. */
  const answer = (phone: string, text: string) =>
    request(`${hub.phones}/simulator/phones/${phone.replace(':', '/')}/answer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    })

  test('what people wrote is unread until it is marked, and is found by its words', async () => {
    const sent = await json('send', '--to', ana, '--text', 'Where is the red umbrella')
    await answer(ana, 'In the blue cupboard')
    const unread = await eventually(async () => {
      const { conversations } = await json('conversations', 'ls')
      return conversations.find(({ unread: count }: Any) => count === 1)
    })
    assert.equal(unread.conversationId, sent.conversationId)
    assert.equal(unread.lastMessage.content.text, 'In the blue cupboard')
    const shown = (await cli('conversations', 'ls')).stdout
    assert.match(shown, /UNREAD.*\n.*1 +whatsapp:5511999990001 +"In the blue cupboard"/)

    const read = await cli('conversations', 'read', sent.conversationId)
    assert.match(read.stdout, /^read up to in:whatsapp:demo:/)
    await eventually(async () => {
      const { conversations } = await json('conversations', 'ls')
      return conversations[0].unread === 0 ? true : undefined
    })

    const found = await json('conversations', 'search', 'blue -umbrella')
    assert.equal(found.messages.length, 1)
    assert.equal(found.messages[0].direction, 'inbound')
    const lines = (await cli('conversations', 'search', 'red or blue')).stdout.trim().split('\n')
    assert.equal(lines.length, 3, 'a head and two messages')
  })
})
