import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connectorConformance } from '../conformance/connector.ts'
import { metaSubject } from './meta-answers.ts'
import { pageErrorRows } from './page-error-rows.ts'
import { sentBody } from './sent-body.ts'

const account = {
  id: 'main',
  externalId: '1234567890',
  secrets: { token: 'EAAB+s3cr3t/m3ss3ng3r==' },
  apiVersion: 'v24.0',
  options: {},
}
const taken = {
  script: { status: 200, body: { recipient_id: '44', message_id: 'm_out' } },
  providerMessageId: 'm_out',
}

connectorConformance({
  ...metaSubject,
  channel: 'messenger',
  account,
  address: '4444333322221111',
  taken,
  uploaded: { status: 200, body: { attachment_id: '1857777774821032' } },
  errors: pageErrorRows,
})

describe('messenger: request', () => {
  const base = { address: '44', echo: 'd1.1' }
  const sent = (t: Parameters<typeof sentBody>[0], over: object, blob = false) =>
    sentBody(t, 'messenger', account, { ...base, content: { type: 'text', text: 'oi' }, ...over }, [
      ...(blob ? [{ status: 200, body: { attachment_id: 'a1' } }] : []),
      taken.script,
    ])

  test('carries text, metadata for the echo, and the message it answers', async (t) => {
    const { path, headers, body } = await sent(t, { replyTo: 'm_in' })
    assert.equal(path, '/v24.0/1234567890/messages')
    assert.equal(headers['authorization'], `Bearer ${account.secrets.token}`)
    assert.deepEqual(body, {
      recipient: { id: '44' },
      messaging_type: 'RESPONSE',
      message: { text: 'oi', metadata: 'd1.1' },
      reply_to: { mid: 'm_in' },
    })
  })

  test('carries media by link, a document as a file', async (t) => {
    const { body } = await sent(t, {
      content: { type: 'document', url: 'https://a.example/b.pdf' },
    })
    const attachment = { type: 'file', payload: { url: 'https://a.example/b.pdf' } }
    assert.deepEqual(body['message'], { attachment, metadata: 'd1.1' })
  })

  test('carries an uploaded blob by its attachment id', async (t) => {
    const { body, all } = await sent(t, { content: { type: 'image', blobId: 'photo' } }, true)
    const attachment = { type: 'image', payload: { attachment_id: 'a1' } }
    assert.deepEqual(body['message'], { attachment, metadata: 'd1.1' })
    assert.equal(all[0]?.path, '/v24.0/1234567890/message_attachments')
    assert.ok(all[0]?.body.includes('"is_reusable":true'))
    assert.ok(all[0]?.body.includes('name="filedata"'))
  })

  test('shows a location as text with a map link', async (t) => {
    const place = { type: 'location', latitude: -22.9, longitude: -43.2, name: 'Cristo' }
    const { body } = await sent(t, { content: place })
    const text = 'Cristo\nhttps://maps.google.com/?q=-22.9,-43.2'
    assert.deepEqual(body['message'], { text, metadata: 'd1.1' })
  })

  test('leaves out names of a place that would not fit one message', async (t) => {
    const place = { type: 'location', latitude: 1, longitude: 2, name: 'x'.repeat(2000) }
    const { body } = await sent(t, { content: place })
    assert.deepEqual(body['message'], { text: 'https://maps.google.com/?q=1,2', metadata: 'd1.1' })
  })
})
