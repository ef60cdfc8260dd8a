import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connectorConformance } from '../conformance/connector.ts'
import { metaSubject } from './meta-answers.ts'
import { pageErrorRows } from './page-error-rows.ts'
import { sentBody } from './sent-body.ts'

const account = {
  id: 'main',
  externalId: '17841400000000001',
  secrets: { token: 'IGAA+s3cr3t/1nst4gr4m==' },
  apiVersion: 'v24.0',
  options: { flavour: 'instagram-login' },
}
const taken = {
  script: { status: 200, body: { recipient_id: '44', message_id: 'm_out' } },
  providerMessageId: 'm_out',
}

connectorConformance({
  ...metaSubject,
  channel: 'instagram',
  account,
  address: '4444333322221111',
  taken,
  uploaded: { status: 200, body: { attachment_id: '1857777774821032' } },
  errors: pageErrorRows,
})

describe('instagram: request', () => {
  const text = { address: '44', echo: 'd1.1', content: { type: 'text', text: 'oi' } }

  test('carries text and the message it answers, and no metadata', async (t) => {
    const outbound = { ...text, replyTo: 'm_in' }
    const { path, body } = await sentBody(t, 'instagram', account, outbound, [taken.script])
    assert.equal(path, '/v24.0/17841400000000001/messages')
    assert.deepEqual(body, {
      recipient: { id: '44' },
      message: { text: 'oi' },
      reply_to: { mid: 'm_in' },
    })
  })

  test('says that a person answers where one does', async (t) => {
    const outbound = { ...text, humanAgent: true }
    const { body } = await sentBody(t, 'instagram', account, outbound, [taken.script])
    assert.deepEqual([body['messaging_type'], body['tag']], ['MESSAGE_TAG', 'HUMAN_AGENT'])
  })

  const flavours = [
    [{ flavour: 'facebook-page', pageId: '1234567890' }, '/v24.0/1234567890/messages'],
    [{ flavour: 'facebook-page' }, '/v24.0/me/messages'],
    [{}, '/v24.0/17841400000000001/messages'],
  ] as const
  for (const [options, expected] of flavours) {
    test(`goes to ${expected} with ${JSON.stringify(options)}`, async (t) => {
      const flavoured = { ...account, options }
      const { path } = await sentBody(t, 'instagram', flavoured, text, [taken.script])
      assert.equal(path, expected)
    })
  }

  test('tells the upload that it is for Instagram', async (t) => {
    const outbound = { ...text, content: { type: 'image', blobId: 'photo' } }
    const uploaded = { status: 200, body: { attachment_id: 'a1' } }
    const scripts = [uploaded, taken.script]
    const { body, all } = await sentBody(t, 'instagram', account, outbound, scripts)
    assert.match(String(all[0]?.body), /name="platform"\r\n\r\ninstagram\r\n/)
    const attachment = { type: 'image', payload: { attachment_id: 'a1' } }
    assert.deepEqual(body['message'], { attachment })
  })

  test('reacts with the one reaction that it has', async (t) => {
    const outbound = { ...text, content: { type: 'reaction', emoji: '❤️' }, replyTo: 'm_1' }
    const { body } = await sentBody(t, 'instagram', account, outbound, [taken.script])
    const payload = { message_id: 'm_1', reaction: 'love' }
    assert.deepEqual(body, { recipient: { id: text.address }, sender_action: 'react', payload })
  })
})
