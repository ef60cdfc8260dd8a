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
    // By the name that the platform told with what she wrote.
    await eventually(async () => {
      const { stdout } = await cli('conversations', 'ls')
      return /UNREAD.*\n.*1 +Ana +"In the blue cupboard"/.test(stdout) ? true : undefined
    })

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

  /** What a phone of the simulator shows. */
  async function onPhone(phone: string, text: string): Promise<true | undefined> {
    const path = `/simulator/phones/${phone.replace(':', '/')}/messages`
    const { body } = await request(`${hub.phones}${path}`)
    return JSON.stringify(await body.json()).includes(text) ? true : undefined
  }

  test('people on two platforms talk in one group, and who leaves hears no more', async () => {
    const bruno = 'messenger:7100000000000002'
    const clara = 'instagram:8100000000000003'
    // All windows are open to those who wrote.
    for (const phone of [bruno, clara]) await answer(phone, 'I am here')
    const group = await json('conversations', 'create', '--title', 'Trip', bruno, clara)
    assert.equal(group.kind, 'group')
    await answer(bruno, 'Who packs the tent?')
    await eventually(() => onPhone(clara, 'Who packs the tent?'))
    await answer(clara, 'The tent is mine')
    await eventually(() => onPhone(bruno, 'The tent is mine'))

    const davi = 'telegram:900000004'
    const added = await cli('conversations', 'add', group.conversationId, davi)
    assert.match(added.stdout, /telegram:900000004 +p_\S+ +since /)
    await json('send', '--conversation', group.conversationId, '--text', 'Welcome Davi')
    for (const phone of [bruno, clara, davi]) await eventually(() => onPhone(phone, 'Welcome Davi'))
    assert.equal(await onPhone(davi, 'The tent is mine'), undefined, 'it was said before')

    const members = await json('conversations', 'members', group.conversationId)
    const { participantId } = members.participants.find(
      ({ channel }: Any) => channel === 'instagram',
    )
    await cli('conversations', 'remove', group.conversationId, participantId)
    await answer(davi, 'Is she gone?')
    await eventually(() => onPhone(bruno, 'Is she gone?'))
    assert.equal(await onPhone(clara, 'Is she gone?'), undefined)
  })

  test('one person on two channels has one conversation', async () => {
    const maria = 'whatsapp:5511999990009'
    const onTelegram = 'telegram:900000009'
    const person = await json('people', 'create', '--name', 'Maria', maria, onTelegram)
    const sent = await json('send', '--to', onTelegram, '--text', 'Hi Maria')
    const status = await eventually(async () => {
      const found = await json('status', sent.messageId)
      return found.deliveries.length > 0 ? found : undefined
    })
    assert.equal(status.conversationId, person.conversationId)
    assert.equal(status.deliveries[0].channel, 'telegram')
    const listed = await cli('people', 'ls')
    assert.match(listed.stdout, /Maria +whatsapp:5511999990009, telegram:900000009/)
    const suggested = await cli('people', 'suggest', person.personId)
    assert.match(suggested.stdout, /Nobody that is known/)
    const telegramId = person.identities[1].participantId
    const unlinked = await json('people', 'unlink', person.personId, telegramId)
    assert.equal(unlinked.identities.length, 1)
  })
})
