import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Alias, Member, Participant } from '../../schemas/types.ts'
import {
  alias,
  ana,
  caio,
  derived,
  direct,
  directoryWith,
  fromBia,
  group,
  heardBy,
  moved,
  noHint,
  runEnrich,
} from './enrich-fixtures.ts'
import { bia, biaId, ids, messageOf, withBia } from './fixtures.ts'
import { nowMs } from './run-stage.ts'

describe('enrich, for people,', () => {
  describe('for a linked identity', () => {
    const onTelegram = { channel: 'telegram', account: 'demo', address: '77' }
    const telegramId = ids.participant('default', 'telegram', 'demo', '77')
    const derived = ids.conversation('default', 'telegram', 'demo', '77')
    const linked: Alias = {
      tenant: 'default',
      ...onTelegram,
      conversationId: withBia,
      participantId: telegramId,
      createdAt: nowMs,
      linked: true,
    }

    test("sends to it as it is addressed, in the person's one conversation", async () => {
      const used = await directoryWith([direct], [linked])
      const [[moved] = []] = await runEnrich(
        [messageOf({ ...onTelegram, conversationId: derived })],
        used,
      )
      assert.ok(moved?.to === 'rekeyed')
      assert.equal(moved.value.conversationId, withBia)
      const [[emit] = []] = await runEnrich([moved.value], used)
      assert.deepEqual(emit?.to === 'enriched' && emit.value.recipients, [
        { participantId: telegramId, ...onTelegram },
      ])
    })

    test('sends to the first identity where none is addressed', async () => {
      const used = await directoryWith([direct], [linked])
      const [[emit] = []] = await runEnrich(
        [messageOf({ ...noHint, conversationId: withBia })],
        used,
      )
      assert.deepEqual(emit?.to === 'enriched' && emit.value.recipients, [
        { participantId: biaId, ...bia },
      ])
    })

    test('hears in the one conversation what is written on it', async () => {
      const used = await directoryWith([direct], [linked])
      const written = messageOf({
        ...fromBia,
        ...onTelegram,
        conversationId: derived,
        senderId: telegramId,
      })
      const [[moved] = []] = await runEnrich([written], used)
      assert.ok(moved?.to === 'rekeyed')
      assert.equal(moved.value.senderId, telegramId)
      const [emits] = await runEnrich([moved.value], used)
      assert.deepEqual(
        emits?.map(({ to }) => to),
        ['received'],
      )
    })
  })

  describe('for somebody in a group', () => {
    const memberOf = (of: Participant, over: Partial<Member> = {}): Member => ({
      ...of,
      tenant: 'default',
      conversationId: group.conversationId,
      joinedAt: nowMs - 500,
      leftAt: null,
      changedBy: 'key1',
      ...over,
    })
    const biaIn: Participant = { participantId: biaId, ...bia, displayName: null, joinedAt: null }

    async function tools(members: readonly Member[], aliases: readonly Alias[] = []) {
      const opened = await directoryWith([group, direct], aliases)
      await opened.directory.applyMembers(members)
      return opened
    }

    test('moves what they write to us into the group, and from there to the others', async () => {
      const used = await tools([memberOf(biaIn)])
      const message = messageOf(fromBia)
      const [[moved] = []] = await runEnrich([message], used)
      assert.ok(moved?.to === 'rekeyed')
      assert.equal(moved.key, `default/${group.conversationId}`)
      assert.deepEqual(moved.value, { ...message, conversationId: group.conversationId })

      assert.deepEqual(await heardBy(moved.value, used), [ana.participantId, caio.participantId])
    })

    test('leaves what a client sends to them alone, and what they write in a chat of the platform', async () => {
      const used = await tools([memberOf(biaIn)])
      const emitted = await runEnrich(
        [messageOf(), messageOf({ ...fromBia, conversationId: 'c_chat' })],
        used,
      )
      assert.deepEqual(
        emitted.map(([emit]) => emit?.to),
        ['enriched', 'received'],
      )
    })

    test('knows them under an alias, too, at once and when it has been followed', async () => {
      const used = await tools([memberOf(biaIn)], [alias])
      for (const conversationId of [derived, withBia]) {
        const written = messageOf({ ...fromBia, ...moved, conversationId, senderId: 'p_other' })
        const [[emit] = []] = await runEnrich([written], used)
        assert.ok(emit?.to === 'rekeyed')
        assert.equal(emit.value.conversationId, group.conversationId)
        assert.equal(emit.value.senderId, biaId)
      }
    })

    test('sends to who had joined by then, and no more to who left', async () => {
      const used = await tools([
        memberOf(biaIn, { joinedAt: nowMs }),
        memberOf(caio, { leftAt: nowMs }),
      ])
      const to = async (acceptedAt: number) => {
        const message = messageOf({
          ...noHint,
          conversationId: group.conversationId,
          acceptedAt,
        })
        const [[emit] = []] = await runEnrich([message], used)
        assert.ok(emit?.to === 'enriched')
        return emit.value.recipients.map(({ participantId }) => participantId)
      }
      assert.deepEqual(await to(nowMs - 1), [ana.participantId])
      assert.deepEqual(await to(nowMs), [ana.participantId, biaId])
    })

    test('hears them directly again when they have left', async () => {
      const used = await tools([memberOf(biaIn, { leftAt: nowMs })])
      const [emits] = await runEnrich([messageOf(fromBia)], used)
      assert.deepEqual(
        emits?.map(({ to }) => to),
        ['received'],
      )
    })
  })
})
