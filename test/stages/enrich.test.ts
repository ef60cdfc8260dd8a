import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { enrich } from '../../stages/enrich.ts'
import { memoryDirectory } from '../../storage/adapters/memory/directory.ts'
import {
  alias,
  ana,
  caio,
  derived,
  direct,
  directoryWith,
  fromBia,
  group,
  moved,
  noHint,
  runEnrich,
} from './enrich-fixtures.ts'
import { bia, biaId, groupOf, ids, messageOf, toolsOf, withBia } from './fixtures.ts'
import { inputOf } from './run-stage.ts'
import { stageSuite } from './stage-suite.ts'

stageSuite(enrich, {
  tools: () => directoryWith([group]),
  inputs: () => [
    inputOf('in', messageOf()),
    inputOf('in', messageOf(fromBia)),
    inputOf('in', messageOf({ ...noHint, conversationId: group.conversationId })),
    inputOf('in', messageOf({ ...noHint, conversationId: 'c_unknown' })),
  ],
})

describe('enrich', () => {
  test('sends to everyone in a group', async () => {
    const message = messageOf({ ...noHint, conversationId: group.conversationId })
    const [emits] = await runEnrich([message], await directoryWith([group]))
    const recipients = [ana, caio].map(({ displayName, joinedAt, ...recipient }) => recipient)
    const value = { message, recipients, senderName: null }
    assert.deepEqual(emits, [{ to: 'enriched', key: 'default/c1', value }])
  })

  test('makes a direct conversation known when its address is first used', async () => {
    const message = messageOf()
    const [emits] = await runEnrich([message])
    assert.deepEqual(emits, [
      { to: 'discovered', key: 'default/c1', value: direct },
      {
        to: 'enriched',
        key: 'default/c1',
        value: {
          message,
          recipients: [{ participantId: biaId, ...bia }],
          senderName: null,
        },
      },
    ])
  })

  test('makes it known once in a batch, and later messages find it by its id alone', async () => {
    const later = messageOf({ ...noHint, messageId: 'm2' })
    const [first, second] = await runEnrich([messageOf(), later])
    assert.deepEqual(
      first?.map(({ to }) => to),
      ['discovered', 'enriched'],
    )
    assert.deepEqual(
      second?.map(({ to }) => to),
      ['enriched'],
    )
  })

  test('does not make known again what the directory knows', async () => {
    const [emits] = await runEnrich([messageOf()], await directoryWith([direct]))
    assert.deepEqual(
      emits?.map(({ to }) => to),
      ['enriched'],
    )
  })

  test('rejects an id nobody knows, also with an address that does not lead to it', async () => {
    const emitted = await runEnrich([
      messageOf({ ...noHint, conversationId: 'c_unknown' }),
      messageOf({ conversationId: 'c_unknown' }),
    ])
    for (const [emit] of emitted) {
      assert.equal(emit?.to, 'rejected')
      assert.equal(emit?.to === 'rejected' && emit.value.reason, 'unknown-conversation')
      assert.equal(emit?.to === 'rejected' && emit.value.scope, 'message')
    }
  })

  test("does not find another tenant's conversation", async () => {
    const message = messageOf({ ...noHint, tenant: 'other', conversationId: group.conversationId })
    const [[emit] = []] = await runEnrich([message], await directoryWith([group]))
    assert.equal(emit?.to === 'rejected' && emit.value.reason, 'unknown-conversation')
  })

  test('rejects a message to a conversation with nobody in it', async () => {
    const message = messageOf({ ...noHint, conversationId: group.conversationId })
    const [[emit] = []] = await runEnrich([message], await directoryWith([groupOf()]))
    assert.equal(emit?.to === 'rejected' && emit.value.reason, 'nobody-to-send-to')
  })

  test('asks once more, and only after a miss, when the directory has caught up', async () => {
    const directory = memoryDirectory()
    let waits = 0
    const directoryCaughtUp = async () => {
      waits++
      await directory.applyConversations([group])
    }
    const tools = toolsOf({ directory, directoryCaughtUp })
    const message = messageOf({ ...noHint, conversationId: group.conversationId })
    const [[first] = []] = await runEnrich([message], tools)
    assert.equal(first?.to, 'enriched')
    await runEnrich([message], tools)
    assert.equal(waits, 1)
  })

  test('asks the directory once for a batch, and once for each conversation', async () => {
    const directory = memoryDirectory()
    await directory.applyConversations([group])
    const asked: number[] = []
    const counting = {
      ...directory,
      conversations: (refs: Parameters<typeof directory.conversations>[0]) => {
        asked.push(refs.length)
        return directory.conversations(refs)
      },
    }
    const message = messageOf({ ...noHint, conversationId: group.conversationId })
    await runEnrich([message, message, message], toolsOf({ directory: counting }))
    assert.deepEqual(asked, [1])
  })

  describe('for what a person wrote', () => {
    test('tells it on received, the very value that came, and delivers it to nobody', async () => {
      const message = messageOf(fromBia)
      const [emits = []] = await runEnrich([message], await directoryWith([direct]))
      assert.deepEqual(emits, [{ to: 'received', key: 'default/c1', value: message }])
      assert.equal(emits[0]?.value, message)
    })

    test('makes the conversation known', async () => {
      const [emits] = await runEnrich([messageOf(fromBia)])
      assert.deepEqual(
        emits?.map(({ to }) => to),
        ['discovered', 'received'],
      )
      const [discovered] = emits ?? []
      assert.equal(discovered?.to === 'discovered' && discovered.value.createdBy, 'inbound')
    })

    test('goes to the others in a group, and not back to its writer', async () => {
      const message = messageOf({
        ...fromBia,
        senderId: ana.participantId,
        conversationId: group.conversationId,
      })
      const [emits] = await runEnrich([message], await directoryWith([group]))
      assert.deepEqual(
        emits?.map(({ to }) => to),
        ['received', 'enriched'],
      )
      const enriched = emits?.[1]
      assert.ok(enriched?.to === 'enriched')
      assert.deepEqual(
        enriched.value.recipients.map(({ address }) => address),
        ['33'],
      )
    })

    test('is not sent back into the chat it was written in', async () => {
      // A group chat of the platform, known to us as a direct conversation with the chat itself.
      const message = messageOf({ ...fromBia, senderId: 'p_somebody_in_it' })
      const [emits] = await runEnrich([message], await directoryWith([direct]))
      assert.deepEqual(
        emits?.map(({ to }) => to),
        ['received'],
      )
    })

    test('is told even where the conversation is not known', async () => {
      const [emits] = await runEnrich([messageOf({ ...fromBia, conversationId: 'c_chat' })])
      assert.deepEqual(
        emits?.map(({ to }) => to),
        ['received'],
      )
    })
  })

  describe('with an alias', () => {
    test('moves the message to the conversation the address belongs to', async () => {
      const message = messageOf({ ...moved, conversationId: derived })
      const [emits] = await runEnrich([message], await directoryWith([direct], [alias]))
      const value = { ...message, conversationId: withBia }
      assert.deepEqual(emits, [{ to: 'rekeyed', key: `default/${withBia}`, value }])
    })

    test('knows the writer by the alias, too', async () => {
      const message = messageOf({
        ...fromBia,
        ...moved,
        conversationId: derived,
        senderId: ids.participant('default', moved.channel, moved.account, moved.address),
      })
      const [[emit] = []] = await runEnrich([message], await directoryWith([direct], [alias]))
      assert.equal(emit?.to === 'rekeyed' && emit.value.senderId, biaId)
    })

    test('lets the moved message pass when it comes round', async () => {
      const message = messageOf({ ...moved, conversationId: withBia })
      const [[emit] = []] = await runEnrich([message], await directoryWith([direct], [alias]))
      assert.equal(emit?.to, 'enriched')
    })

    test('leaves a message in a group chat there', async () => {
      const message = messageOf({ ...fromBia, ...moved, conversationId: 'c_chat' })
      const [emits] = await runEnrich([message], await directoryWith([direct], [alias]))
      assert.deepEqual(
        emits?.map(({ to }) => to),
        ['received'],
      )
    })

    test('keeps each alias with its message', async () => {
      const emitted = await runEnrich(
        [
          messageOf({ ...noHint, conversationId: withBia }),
          messageOf({ ...moved, conversationId: derived }),
          messageOf(),
        ],
        await directoryWith([direct], [alias]),
      )
      assert.deepEqual(
        emitted.map(([emit]) => emit?.to),
        ['enriched', 'rekeyed', 'enriched'],
      )
    })
  })
})
