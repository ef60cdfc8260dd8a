import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Message, Participant } from '../../schemas/types.ts'
import {
  alias,
  ana,
  caio,
  derived,
  direct,
  directoryWith,
  heardBy,
  moved,
  runEnrich,
} from './enrich-fixtures.ts'
import { bia, biaId, groupOf, ids, messageOf, withBia } from './fixtures.ts'
import { nowMs } from './run-stage.ts'

const biaIn: Participant = { participantId: biaId, ...bia, displayName: null, joinedAt: null }
const older = groupOf(ana, biaIn)
const newer = { ...groupOf(caio, biaIn), conversationId: 'c_newer', createdAt: nowMs }
const others = { ...groupOf(ana, caio), conversationId: 'c_others' }
const own = ids.conversation('default', bia.channel, bia.account, bia.address)

const writtenIn = (conversationId: string, over: Partial<Message> = {}) =>
  messageOf({
    direction: 'inbound',
    senderId: biaId,
    messageId: 'in:1',
    conversationId: own,
    origin: { displayName: null, otherAddress: null, chat: null, conversationId },
    ...over,
  })

describe('enrich, for who says where they want to be heard,', () => {
  test('moves it there, and not into the group that they joined last', async () => {
    const used = await directoryWith([older, newer, direct])
    const [[emit] = []] = await runEnrich([writtenIn(older.conversationId)], used)
    assert.ok(emit?.to === 'rekeyed')
    assert.equal(emit.key, `default/${older.conversationId}`)
    assert.deepEqual(await heardBy(emit.value, used), [ana.participantId])
  })

  test('leaves it with the account alone where that is what they name, known or not', async () => {
    for (const known of [[older, newer, direct], [older]]) {
      const used = await directoryWith(known)
      const [emits = []] = await runEnrich([writtenIn(own)], used)
      assert.deepEqual(
        emits.map(({ to }) => to).filter((to) => to !== 'discovered'),
        ['received'],
      )
    }
  })

  test('rejects it where they are not in it, or it is none, and tells nobody of either', async () => {
    const used = await directoryWith([older, newer, others, direct])
    for (const named of [others.conversationId, 'c_none']) {
      const [emits = []] = await runEnrich([writtenIn(named)], used)
      assert.equal(emits.length, 1)
      const [emit] = emits
      assert.ok(emit?.to === 'rejected')
      // In their own conversation: nobody else sees a trace of it in theirs.
      assert.equal(emit.value.conversationId, own)
      assert.equal(emit.value.reason, 'unknown-conversation')
    }
  })

  test('looks once more when its tables have caught up, for who was let in a moment ago', async () => {
    const used = await directoryWith([newer, others, direct])
    const late = {
      ...used,
      directoryCaughtUp: () =>
        used.directory.applyConversations([older]).then(() => used.directoryCaughtUp()),
    }
    const [[emit] = []] = await runEnrich([writtenIn(older.conversationId)], late)
    assert.ok(emit?.to === 'rekeyed')
    assert.equal(emit.value.conversationId, older.conversationId)
  })

  test('knows them under another address of theirs, in groups and with the account', async () => {
    const used = await directoryWith([older, newer, direct], [alias])
    const from = { ...moved, conversationId: derived, senderId: 'p_other' }
    for (const [named, place] of [
      [older.conversationId, older.conversationId],
      [withBia, withBia],
      [derived, withBia],
    ] as const) {
      const [[emit] = []] = await runEnrich([writtenIn(named, from)], used)
      assert.ok(emit?.to === 'rekeyed', named)
      assert.equal(emit.value.conversationId, place)
      assert.equal(emit.value.senderId, biaId)
      const [[then] = []] = await runEnrich([emit.value], used)
      assert.equal(then?.to, 'received', named)
    }
  })
})
