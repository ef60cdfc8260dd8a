import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { Alias, Conversation, Event, Identity, Person } from '../../schemas/types.ts'
import { openGateway } from './open-gateway.ts'

const ana = { channel: 'whatsapp', account: 'main', address: '+55 11 99999-0001' }
const onTelegram = { channel: 'telegram', address: '4711' }

/** A gateway whose directory is as the stage of that name would keep it. */
async function openPeople(t: TestContext) {
  let now = 1_800_000_000_000
  const open = await openGateway(t, {
    tools: ({ clock }) => ({
      clock: { ...clock, now: () => (now += 1_000) },
      waitFor: async () => {
        await open.tools.people.applyPeople(
          (await open.decoded('directory.people', 'Person')) as Person[],
        )
        const identities = (await open.decoded('directory.identities', 'Identity')) as Identity[]
        await open.tools.people.applyIdentities(
          identities.toSorted((a, b) => a.changedAt - b.changedAt),
        )
        return true
      },
    }),
  })
  const { ids } = open.tools
  const create = (body: object, headers = {}) => open.api.call('/v1/people', { body, headers })
  return {
    ...open,
    create,
    phoneId: ids.participant('default', 'whatsapp', 'main', '5511999990001'),
    botId: ids.participant('default', 'telegram', 'bot', '4711'),
    phoneChat: ids.conversation('default', 'whatsapp', 'main', '5511999990001'),
    botChat: ids.conversation('default', 'telegram', 'bot', '4711'),
    link: (personId: string, identity: object) =>
      open.api.call(`/v1/people/${personId}/identities`, { body: identity }),
    unlink: (personId: string, participantId: string) =>
      open.api.call(`/v1/people/${personId}/identities/${participantId}`, { method: 'DELETE' }),
    aliases: async () => (await open.decoded('directory.aliases', 'Alias')) as Alias[],
  }
}

describe('people', () => {
  test("have the first identity's conversation, and the others' addresses lead there", async (t) => {
    const { create, aliases, decoded, phoneChat, botChat, botId, api } = await openPeople(t)
    const created = await create({ displayName: 'Ana', identities: [ana, onTelegram] })
    assert.equal(created.status, 201)
    assert.equal(created.json.conversationId, phoneChat)
    assert.notEqual(phoneChat, botChat)
    const [alias, none] = await aliases()
    assert.equal(none, undefined)
    assert.deepEqual(
      [alias?.conversationId, alias?.participantId, alias?.linked],
      [phoneChat, botId, true],
    )
    const { position, ...shown } = created.json
    assert.match(position, /^p/)
    const [chat] = (await decoded('directory.conversations', 'Conversation')) as Conversation[]
    assert.equal(chat?.conversationId, phoneChat, 'so that what is sent to the others finds it')
    assert.equal(chat?.participants[0]?.address, '5511999990001')
    assert.deepEqual((await api.call(`/v1/people/${shown.personId}`)).json, shown)
    assert.deepEqual((await api.call('/v1/people')).json, { people: [shown] })
  })

  test('are linked and unlinked, and the feed says so', async (t) => {
    const { create, link, unlink, aliases, decoded, phoneChat, botChat, botId } =
      await openPeople(t)
    const { personId } = (await create({ identities: [ana] })).json
    const linked = await link(personId, onTelegram)
    assert.equal(linked.json.identities.length, 2)
    assert.equal((await link(personId, onTelegram)).json.position, undefined, 'nothing changed')
    const unlinked = await unlink(personId, botId)
    assert.equal(unlinked.json.identities.length, 1)
    assert.deepEqual(
      (await aliases()).map(({ conversationId, linked: isLinked }) => [conversationId, isLinked]),
      [
        [phoneChat, true],
        [botChat, false],
      ],
    )
    const events = (await decoded('events', 'Event')) as Event[]
    assert.deepEqual(
      events.map(({ type, participantId }) => [type, participantId === botId]),
      [
        ['person.linked', false],
        ['person.linked', true],
        ['person.unlinked', true],
      ],
    )
    assert.equal((await unlink(personId, botId)).status, 404)
  })

  test('are not merged unasked', async (t) => {
    const { create, link, unlink, phoneId } = await openPeople(t)
    const first = (await create({ identities: [ana] })).json.personId
    const second = (await create({ identities: [onTelegram] })).json.personId
    const refused = await link(second, ana)
    assert.equal(refused.status, 409)
    assert.match(refused.json.detail, new RegExp(first))
    assert.equal((await create({ identities: [ana] })).status, 409)
    assert.equal((await unlink(first, phoneId)).status, 200)
    assert.equal((await link(second, ana)).status, 200)
  })

  test('keep the first identity while there are others', async (t) => {
    const { create, unlink, phoneId, botId, phoneChat, link } = await openPeople(t)
    const { personId } = (await create({ identities: [ana, onTelegram] })).json
    assert.equal((await unlink(personId, phoneId)).status, 422)
    await unlink(personId, botId)
    const alone = await unlink(personId, phoneId)
    assert.deepEqual(alone.json.identities, [])
    assert.equal(alone.json.conversationId, undefined)
    assert.equal((await link(personId, ana)).json.conversationId, phoneChat)
  })

  test('are one for one Idempotency-Key', async (t) => {
    const { create, api } = await openPeople(t)
    const headers = { 'idempotency-key': 'k' }
    const first = await create({ identities: [ana] }, headers)
    const again = await create({ identities: [ana] }, headers)
    assert.equal(again.status, 201)
    assert.equal(first.json.personId, again.json.personId)
    assert.equal((await api.call('/v1/people')).json.people.length, 1)
  })

  test('are told from strangers by number and name', async (t) => {
    const { create, api, tools } = await openPeople(t)
    const { personId } = (await create({ identities: [ana] })).json
    const participant = {
      participantId: 'p_other',
      channel: 'telegram',
      account: 'bot',
      address: '551199990001',
      displayName: null,
      joinedAt: null,
    }
    await tools.directory.applyConversations([
      {
        tenant: 'default',
        conversationId: 'c_other',
        kind: 'direct',
        title: null,
        participants: [participant],
        createdAt: 1,
        createdBy: 'inbound',
      },
    ])
    const { json } = await api.call(`/v1/people/${personId}/suggestions`)
    assert.deepEqual(
      json.suggestions.map(({ participantId, why }: { participantId: string; why: string }) => [
        participantId,
        why,
      ]),
      [['p_other', 'same-number']],
    )
  })

  test('refuse what makes no sense', async (t) => {
    const { create, api, link } = await openPeople(t)
    const statuses = [
      (await create({ identities: [] })).status,
      (await create({ identities: [ana, ana] })).status,
      (await create({ identities: [{ channel: 'fax', address: '1' }] })).status,
      (await link('none', ana)).status,
      (await api.call('/v1/people/none')).status,
      (await api.call('/v1/people/none/suggestions')).status,
    ]
    assert.deepEqual(statuses, [400, 422, 422, 404, 404, 404])
  })
})
