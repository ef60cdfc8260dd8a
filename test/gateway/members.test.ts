import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { Conversation, Event, Member } from '../../schemas/types.ts'
import { openGateway } from './open-gateway.ts'

const ana = { channel: 'telegram', address: '1' }
const bia = { channel: 'telegram', address: '2' }
const caio = { channel: 'telegram', address: '3', displayName: 'Caio' }

/** A group of Ana and Bia, whose directory is as the stage of that name would keep it. */
async function openGroup(t: TestContext) {
  let now = 1_800_000_000_000
  const open = await openGateway(t, {
    tools: ({ clock }) => ({
      clock: { ...clock, now: () => (now += 1_000) },
      waitFor: async () => {
        await project()
        return true
      },
    }),
  })
  const { directory } = open.tools
  async function project() {
    const conversations = await open.decoded('directory.conversations', 'Conversation')
    await directory.applyConversations(conversations as Conversation[])
    await directory.applyMembers((await open.decoded('directory.members', 'Member')) as Member[])
  }
  const create = (headers = {}) =>
    open.api.call('/v1/conversations', { body: { participants: [ana, bia] }, headers })
  const created = await create({ 'idempotency-key': 'g' })
  await project()
  const { conversationId } = created.json
  const path = `/v1/conversations/${conversationId}`
  return {
    ...open,
    project,
    path,
    conversationId,
    create,
    idOf: ({ address }: typeof ana) =>
      open.tools.ids.participant('default', 'telegram', 'bot', address),
    add: (...participants: readonly object[]) =>
      open.api.call(`${path}/members`, { body: { participants } }),
    addresses: async () =>
      // biome-ignore lint/suspicious/noExplicitAny: plain JSON of an answer.
      (await open.api.call(path)).json.participants.map(({ address }: any) => address),
  }
}

describe('members of a group', () => {
  test('come and go, and the answer says who is in it', async (t) => {
    const { add, api, path, idOf, addresses } = await openGroup(t)
    const added = await add(caio)
    assert.equal(added.status, 200)
    assert.match(added.json.position, /^b/)
    assert.deepEqual(await addresses(), ['1', '2', '3'])
    const shown = (await api.call(path)).json.participants
    assert.deepEqual(
      // biome-ignore lint/suspicious/noExplicitAny: plain JSON of an answer.
      shown.map(({ joinedAt }: any) => typeof joinedAt),
      ['undefined', 'undefined', 'string'],
    )
    assert.deepEqual(added.json.participants, shown)

    const removed = await api.call(`${path}/members/${idOf(bia)}`, { method: 'DELETE' })
    assert.equal(removed.status, 200)
    assert.deepEqual(await addresses(), ['1', '3'])
    const again = await api.call(`${path}/members/${idOf(bia)}`, { method: 'DELETE' })
    assert.equal(again.status, 404)
  })

  test('are told of on the feed, with who they are', async (t) => {
    const { add, api, path, idOf, decoded, conversationId } = await openGroup(t)
    await add(caio)
    await api.call(`${path}/members/${idOf(caio)}`, { method: 'DELETE' })
    const events = (await decoded('events', 'Event')) as Event[]
    const told = events
      .filter(({ type }) => /joined|left/.test(type))
      .map(({ type, participantId, ...rest }) => [type, participantId, rest.conversationId])
    assert.deepEqual(told, [
      ['conversation.joined', idOf(caio), conversationId],
      ['conversation.left', idOf(caio), conversationId],
    ])
  })

  test('who is there already changes nothing', async (t) => {
    const { add, decoded } = await openGroup(t)
    const before = (await decoded('directory.members', 'Member')).length
    const { json } = await add(ana)
    assert.equal(json.position, undefined)
    assert.equal((await decoded('directory.members', 'Member')).length, before)
  })

  test('who was removed stays out when the creation is repeated', async (t) => {
    const { api, path, idOf, create, project, addresses } = await openGroup(t)
    await api.call(`${path}/members/${idOf(ana)}`, { method: 'DELETE' })
    await create({ 'idempotency-key': 'g' })
    await project()
    assert.deepEqual(await addresses(), ['2'])
  })

  test('are heard in the group from its creation on', async (t) => {
    const { tools, idOf, conversationId } = await openGroup(t)
    const refs = [ana, caio].map((each) => ({ tenant: 'default', participantId: idOf(each) }))
    assert.deepEqual(await tools.directory.seats(refs), [conversationId, undefined])
  })

  test('are a hundred at most, and none of a direct conversation', async (t) => {
    const { add, api } = await openGroup(t)
    const crowd = (from: number, count: number) =>
      Array.from({ length: count }, (_, n) => ({ channel: 'telegram', address: String(from + n) }))
    assert.equal((await add(...crowd(100, 98))).status, 200)
    const refused = await add(...crowd(300, 1))
    assert.equal(refused.status, 422)
    assert.match(refused.json.detail, /101 people/)
    assert.equal((await add(caio, caio)).status, 422)

    const body = { participants: [caio] }
    const direct = (await api.call('/v1/conversations', { body })).json.conversationId
    const none = await api.call(`/v1/conversations/${direct}/members`, { body })
    assert.equal(none.status, 404, 'its directory has not shown it yet')
  })
})
