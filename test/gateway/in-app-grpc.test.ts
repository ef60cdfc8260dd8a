import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { grpcClient } from './grpc-client.ts'
import { handItems } from './hand-items.ts'
import { adminKey, openGateway } from './open-gateway.ts'
import { personSocket } from './person-socket.ts'
import { talkOf } from './talk-of.ts'
import { tokenFor } from './token-for.ts'

describe('the in-app channel over gRPC', () => {
  test('a server reads and writes for its people', async (t) => {
    const { client, open } = await opened(t)
    await handItems(open.tools, 'ana', ['1', '2'])
    const seen: unknown[] = []
    let cursor = ''
    for await (const { item, cursor: place } of client.stream('InAppService', 'StreamItems', {
      address: 'ana',
    })) {
      if (item) seen.push(item.content.text)
      cursor = place
      if (seen.length === 2) break
    }
    await handItems(open.tools, 'ana', ['3'])
    for await (const { item } of client.stream('InAppService', 'StreamItems', {
      address: 'ana',
      after: cursor,
    })) {
      if (!item) continue
      seen.push(item.content.text)
      break
    }
    assert.deepEqual(seen, ['1', '2', '3'])
    const frames = [
      { type: 'send', id: '1', conversationId: 'c1', content: { type: 'text', text: 'hi' } },
      { type: 'delivered', ids: ['d1'] },
    ]
    await client.call('InAppService', 'TakeFrames', { address: 'ana', frames })
    assert.equal((await open.records('inbound.in-app')).length, 2)
    await assert.rejects(client.call('InAppService', 'TakeFrames', { address: 'ana' }), /1 to 100/)
    const made = await client.call('InAppService', 'CreatePersonToken', { address: 'ana' })
    const ana = await personSocket(open.gateway.httpPort, made.token)
    ana.ws.close()
  })

  test('takes nothing among the frames that stands in no log', async (t) => {
    const { client, open } = await opened(t)
    const frames = [
      { type: 'send', id: '1', content: { type: 'text', text: 'hi' } },
      { type: 'typing', conversationId: 'c_talk' },
    ]
    await assert.rejects(
      client.call('InAppService', 'TakeFrames', { address: 'ana', frames }),
      /'typing' is for those who are there now.*ShowTyping/,
    )
    assert.equal((await open.records('inbound.in-app')).length, 0)
  })

  test('tells who else is there and who types, over sockets too, in conversations of its own only', async (t) => {
    const { client, open } = await opened(t)
    const [ana, bia] = [await tokenFor(open, 'ana'), await tokenFor(open, 'bia')]
    const talk = talkOf(ana.participantId, bia.participantId)
    await open.tools.directory.applyConversations([talk])
    const socket = await personSocket(open.gateway.httpPort, bia.token)
    socket.say({ type: 'watch', conversationId: 'c_talk' })

    const seen: unknown[] = []
    const stream = client.stream('InAppService', 'StreamItems', {
      address: 'ana',
      watch: ['c_talk'],
    })
    const hint = (type: string, participantId: string) => (frame: object) =>
      JSON.stringify(frame) === JSON.stringify({ type, conversationId: 'c_talk', participantId })
    for await (const { hint: told, item, cursor } of stream) {
      assert.ok(cursor)
      if (told?.type === 'here' && seen.length === 0) {
        await socket.heard(hint('here', ana.participantId))
        const showing = { address: 'ana', conversationId: 'c_talk' }
        await client.call('InAppService', 'ShowTyping', showing)
        await socket.heard(hint('typing', ana.participantId))
        socket.say({ type: 'typing', conversationId: 'c_talk' })
      }
      if (told?.type === 'typing') await handItems(open.tools, 'ana', ['1'])
      if (told && told.type !== seen.at(-1)) seen.push(told.type)
      if (told)
        assert.deepEqual([told.conversationId, told.participantId], ['c_talk', bia.participantId])
      if (item) break
    }
    assert.deepEqual(seen, ['here', 'typing'])
    stream.cancel()
    // Who has gone is not seen any more.
    await socket.heard(hint('away', ana.participantId))
    socket.ws.close()

    const showing = { address: 'eve', conversationId: 'c_talk' }
    await assert.rejects(
      client.call('InAppService', 'ShowTyping', showing),
      /C4A_NOT_FOUND|'c_talk'/,
    )
    await assert.rejects(async () => {
      const watching = { address: 'eve', watch: ['c_talk'] }
      for await (const { item } of client.stream('InAppService', 'StreamItems', watching)) {
        assert.equal(item, undefined)
      }
    }, /'c_talk'/)
  })
})

async function opened(t: TestContext) {
  const open = await openGateway(t)
  const client = grpcClient(open.gateway.grpcPort, adminKey)
  t.after(() => client.close())
  return { open, client }
}
