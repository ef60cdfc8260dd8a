import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Alias, Conversation, Message } from '../../schemas/types.ts'
import { enrich } from '../../stages/enrich.ts'
import { memoryDirectory } from '../../storage/adapters/memory/directory.ts'
import { bia, biaId, ids, messageOf, participantOf, toolsOf, withBia } from './fixtures.ts'
import { inputOf, nowMs, runStage } from './run-stage.ts'

const bsuid = 'BR.13491208655302741918'
const conversationOf = (address: string) =>
  ids.conversation('default', bia.channel, bia.account, address)
const withBsuid = conversationOf(bsuid)
const bsuidId = ids.participant('default', bia.channel, bia.account, bsuid)
const origin = { displayName: null, otherAddress: null, chat: null, conversationId: null }

const fromPhone = (fields: Partial<Message> = {}) =>
  messageOf({ direction: 'inbound', senderId: biaId, messageId: 'in:1', ...fields })
const fromBsuid = (fields: Partial<Message> = {}) =>
  messageOf({
    direction: 'inbound',
    senderId: bsuidId,
    messageId: 'in:2',
    conversationId: withBsuid,
    address: bsuid,
    ...fields,
  })
const bothByPhone = () => fromPhone({ origin: { ...origin, otherAddress: bsuid } })
const bothByBsuid = () => fromBsuid({ origin: { ...origin, otherAddress: bia.address } })

const direct = (address: string, createdAt: number, displayName: string | null = null) => ({
  tenant: 'default',
  conversationId: conversationOf(address),
  kind: 'direct',
  title: null,
  participants: [{ ...participantOf(bia.channel, address), displayName }],
  createdAt,
  createdBy: 'inbound',
})

async function run(
  messages: readonly Message[],
  conversations: readonly Conversation[] = [],
  aliases: readonly Alias[] = [],
) {
  const directory = memoryDirectory()
  await directory.applyConversations(conversations)
  await directory.applyAliases(aliases)
  const tools = toolsOf({ directory })
  const body = enrich.create({ id: 'enrich', settings: {}, outputs: [], tools })
  return runStage(
    body,
    messages.map((message) => inputOf('in', message)),
  )
}

const alias = (address: string, conversationId: string, participantId: string): Alias => ({
  tenant: 'default',
  channel: bia.channel,
  account: bia.account,
  address,
  conversationId,
  participantId,
  createdAt: nowMs - 1000,
  linked: false,
})

describe('enrich, when a platform tells two addresses of one person,', () => {
  test('keeps the conversation of the number that was known, and learns the id', async () => {
    const [emits = []] = await run([bothByPhone()], [direct(bia.address, nowMs - 9000)])
    assert.deepEqual(
      emits.map(({ to }) => to),
      ['aliases', 'received'],
    )
    const [learnt] = emits
    assert.deepEqual(learnt?.value, alias(bsuid, withBia, biaId))
    assert.equal(learnt?.key, `default/${withBsuid}`)
  })

  test('then takes the id alone into that conversation, as the same person', async () => {
    const [emits = []] = await run([fromBsuid()], [], [alias(bsuid, withBia, biaId)])
    const [rekeyed] = emits
    assert.ok(rekeyed?.to === 'rekeyed')
    assert.equal(rekeyed.key, `default/${withBia}`)
    assert.deepEqual(
      [rekeyed.value.conversationId, rekeyed.value.senderId, rekeyed.value.address],
      [withBia, biaId, bsuid],
    )
  })

  test('keeps the conversation of the id where that was known first', async () => {
    const [emits = []] = await run([bothByPhone()], [direct(bsuid, nowMs - 9000)])
    const [learnt, rekeyed] = emits
    assert.deepEqual(learnt?.value, alias(bia.address, withBsuid, bsuidId))
    assert.ok(rekeyed?.to === 'rekeyed')
    assert.deepEqual([rekeyed.value.conversationId, rekeyed.value.senderId], [withBsuid, bsuidId])
  })

  test('learns it whichever of the two the message is from', async () => {
    const [emits = []] = await run([bothByBsuid()], [direct(bia.address, nowMs - 9000)])
    assert.deepEqual(
      emits.map(({ to }) => to),
      ['aliases', 'rekeyed'],
    )
    assert.deepEqual(emits[0]?.value, alias(bsuid, withBia, biaId))
  })

  test('of two conversations keeps the older', async () => {
    const older = direct(bsuid, nowMs - 9000)
    const [emits = []] = await run([bothByPhone()], [direct(bia.address, nowMs - 100), older])
    assert.deepEqual(emits[0]?.value, alias(bia.address, withBsuid, bsuidId))
    const [others = []] = await run(
      [bothByPhone()],
      [direct(bia.address, nowMs - 9000), direct(bsuid, nowMs - 100)],
    )
    assert.deepEqual(others[0]?.value, alias(bsuid, withBia, biaId))
  })

  test('learns it once in a batch, and follows it there', async () => {
    const emitted = await run([bothByPhone(), bothByPhone(), fromBsuid()])
    assert.deepEqual(
      emitted.map((emits) => emits.map(({ to }) => to)),
      [['aliases', 'discovered', 'received'], ['received'], ['rekeyed']],
    )
  })

  test('learns nothing that is known, and costs no third look', async () => {
    const known = alias(bsuid, withBia, biaId)
    const [emits = []] = await run([bothByPhone()], [direct(bia.address, nowMs - 9000)], [known])
    assert.deepEqual(
      emits.map(({ to }) => to),
      ['received'],
    )
  })

  test('leaves alone what a client linked to somebody else', async () => {
    const linked = { ...alias(bsuid, 'c_other', 'p_other'), linked: true }
    const [emits = []] = await run([bothByPhone()], [direct(bia.address, nowMs - 9000)], [linked])
    assert.deepEqual(
      emits.map(({ to }) => to),
      ['received'],
    )
  })

  test('asks for aliases once more after a miss, when the directory has caught up', async () => {
    const directory = memoryDirectory()
    const directoryCaughtUp = () => directory.applyAliases([alias(bsuid, withBia, biaId)])
    const tools = toolsOf({ directory, directoryCaughtUp })
    const body = enrich.create({ id: 'enrich', settings: {}, outputs: [], tools })
    const [emits = []] = await runStage(body, [inputOf('in', fromBsuid())])
    assert.deepEqual(
      emits.map(({ to }) => to),
      ['rekeyed'],
    )
  })
})

describe('enrich, when a group chat of a platform has moved,', () => {
  const from = ids.conversation('default', 'telegram', 'demo', '-77')
  const to = ids.conversation('default', 'telegram', 'demo', '-10077')
  const ana = ids.participant('default', 'telegram', 'demo', '11')
  const written = messageOf({
    ...{ direction: 'inbound', senderId: ana, channel: 'telegram', address: '11' },
    conversationId: to,
    origin: { ...origin, chat: '-10077' },
  })
  const moved: Alias = {
    ...alias('-10077', from, ids.participant('default', 'telegram', 'demo', '-77')),
    channel: 'telegram',
  }

  test('keeps its conversation, and who wrote', async () => {
    const [[rekeyed] = []] = await run([written], [], [moved])
    assert.ok(rekeyed?.to === 'rekeyed')
    assert.deepEqual([rekeyed.value.conversationId, rekeyed.value.senderId], [from, ana])
    const [again = []] = await run([rekeyed.value], [], [moved])
    assert.deepEqual(
      again.map((each) => each.to),
      ['received'],
    )
  })
})

describe('enrich keeps the names that people go by', () => {
  const named = { ...origin, displayName: 'Bia' }

  test('in a conversation that it makes known', async () => {
    const [emits = []] = await run([fromPhone({ origin: named })])
    const [discovered] = emits
    assert.ok(discovered?.to === 'discovered')
    assert.equal(discovered.value.participants[0]?.displayName, 'Bia')
  })

  test('in one that has none, once in a batch', async () => {
    const known = direct(bia.address, nowMs - 9000)
    const emitted = await run([fromPhone({ origin: named }), fromPhone({ origin: named })], [known])
    const [[discovered] = []] = emitted
    assert.deepEqual(discovered?.value, direct(bia.address, nowMs - 9000, 'Bia'))
    assert.deepEqual(
      emitted.map((emits) => emits.map(({ to }) => to)),
      [['discovered', 'received'], ['received']],
    )
  })

  test('and leaves one that it has', async () => {
    const known = direct(bia.address, nowMs - 9000, 'Beatriz')
    const [emits = []] = await run([fromPhone({ origin: named })], [known])
    assert.deepEqual(
      emits.map(({ to }) => to),
      ['received'],
    )
  })

  test('and tells the others in a group: as the client calls them, or as they call themselves', async () => {
    const caio = participantOf('telegram', '33')
    const group = (displayName: string | null): Conversation => ({
      ...direct(bia.address, nowMs - 9000),
      conversationId: 'c_group',
      kind: 'group',
      participants: [{ ...participantOf(bia.channel, bia.address), displayName }, caio],
    })
    const message = fromPhone({ conversationId: 'c_group', origin: named })
    for (const [given, told] of [
      ['Beatriz', 'Beatriz'],
      [null, 'Bia'],
    ] as const) {
      const [emits = []] = await run([message], [group(given)])
      const enriched = emits.find(({ to }) => to === 'enriched')
      assert.ok(enriched?.to === 'enriched')
      assert.equal(enriched.value.senderName, told)
    }
  })
})
