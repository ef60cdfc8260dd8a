import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openGateway } from './open-gateway.ts'

const to = { channel: 'telegram', address: '4711' }
const list = {
  type: 'list',
  text: 'When?',
  button: 'Times',
  sections: [{ rows: [{ id: 'a', title: '10:00' }] }],
}

describe('POST /v1/messages:preview', () => {
  test('tells how a channel would show it, and by which rule, and stores nothing', async (t) => {
    const { api } = await openGateway(t)
    const before = await api.call('/v1/events')
    const answer = await api.call('/v1/messages:preview', { body: { to, content: list } })
    assert.equal(answer.status, 200, answer.text)
    const [recipient, ...others] = answer.json.recipients
    assert.deepEqual(others, [])
    assert.equal(recipient.channel, 'telegram')
    assert.equal(recipient.address, '4711')
    assert.ok(['native', 'degraded', 'rejected'].includes(recipient.outcome))
    if (recipient.outcome === 'degraded') {
      assert.ok(recipient.rules.length > 0)
      for (const { rule, detail } of recipient.rules) assert.ok(rule && detail.endsWith('.'))
    }
    assert.deepEqual((await api.call('/v1/events')).json.events, before.json.events)
  })

  test('knows what a blob weighs, and says when there is none', async (t) => {
    const { api } = await openGateway(t)
    const body = { to, content: { type: 'document', blobId: 'none' } }
    const answer = await api.call('/v1/messages:preview', { body })
    assert.equal(answer.status, 404, answer.text)
    assert.equal(answer.json.code, 'C4A_NOT_FOUND')
    assert.match(answer.json.detail, /No blob 'none'/)
  })

  test('says why nothing could be shown', async (t) => {
    const { api } = await openGateway(t)
    const body = { to, content: { type: 'template', name: 'ready', language: 'en' } }
    const answer = await api.call('/v1/messages:preview', { body })
    assert.equal(answer.status, 200, answer.text)
    const [recipient] = answer.json.recipients
    assert.equal(recipient.outcome, 'rejected')
    assert.match(recipient.detail, /no templates/)
    assert.deepEqual(recipient.parts, [])
  })
})
