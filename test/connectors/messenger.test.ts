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

  test('says that a person answers only where one does, and never beside a template', async (t) => {
    const { body } = await sent(t, { humanAgent: true })
    assert.deepEqual([body['messaging_type'], body['tag']], ['MESSAGE_TAG', 'HUMAN_AGENT'])
    const template = { type: 'template', name: 'parcel', language: 'pt_BR' }
    const { body: approved } = await sent(t, { humanAgent: true, content: template })
    assert.deepEqual([approved['messaging_type'], approved['tag']], ['UTILITY', undefined])
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

  const buttons = (...all: readonly object[]) => ({
    content: { type: 'buttons', text: 'Which?', buttons: all },
  })

  test('shows buttons as quick replies, and as the button template where one opens a link', async (t) => {
    const quick = await sent(t, buttons({ id: 'a', title: 'A' }))
    const quick_replies = [{ content_type: 'text', title: 'A', payload: 'a' }]
    assert.deepEqual(quick.body['message'], { text: 'Which?', quick_replies, metadata: 'd1.1' })

    const linked = await sent(
      t,
      buttons({ id: 'a', title: 'A' }, { title: 'B', url: 'https://example.org' }),
    )
    const payload = {
      template_type: 'button',
      text: 'Which?',
      buttons: [
        { type: 'postback', title: 'A', payload: 'a' },
        { type: 'web_url', title: 'B', url: 'https://example.org' },
      ],
    }
    const attachment = { type: 'template', payload }
    assert.deepEqual(linked.body['message'], { attachment, metadata: 'd1.1' })
  })

  test('sends a template as a utility message', async (t) => {
    const content = {
      type: 'template',
      name: 'order_ready',
      language: 'pt_BR',
      parameters: [
        { part: 'body', kind: 'text', value: 'Ana', name: 'who' },
        { part: 'button', kind: 'payload', value: 'track', index: 0 },
      ],
    }
    const { body } = await sent(t, { content })
    assert.equal(body['messaging_type'], 'UTILITY')
    const template = {
      name: 'order_ready',
      language: { code: 'pt_BR' },
      components: [
        { type: 'body', parameters: [{ type: 'text', parameter_name: 'who', text: 'Ana' }] },
        { type: 'buttons', parameters: [{ type: 'POSTBACK', payload: 'track' }] },
      ],
    }
    assert.deepEqual(body['message'], { template, metadata: 'd1.1' })
  })

  test('does what is no message as a call of its own, under our own name', async (t) => {
    const reaction = { content: { type: 'reaction', emoji: '👍' }, replyTo: 'm_1' }
    const react = await sent(t, reaction)
    const recipient = { id: '44' }
    const payload = { message_id: 'm_1', reaction: '👍' }
    assert.deepEqual(react.body, { recipient, sender_action: 'react', payload })
    const back = await sent(t, { ...reaction, content: { type: 'reaction', emoji: '' } })
    assert.deepEqual(back.body, {
      recipient,
      sender_action: 'unreact',
      payload: { message_id: 'm_1' },
    })
    const typing = await sent(t, { content: { type: 'typing' } })
    assert.deepEqual(typing.body, { recipient, sender_action: 'typing_on' })
    const read = await sent(t, { content: { type: 'read' } })
    assert.deepEqual(read.body, { recipient, sender_action: 'mark_seen' })
  })

  test('names the message itself in answer to what was done to it', async (t) => {
    const { body } = await sent(t, { replyTo: 'm_1#reaction:7:1790000000000' })
    assert.deepEqual(body['reply_to'], { mid: 'm_1' })
  })
})
