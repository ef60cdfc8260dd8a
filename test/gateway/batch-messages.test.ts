import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { batchMessages } from '../../gateway/operations/batch-messages.ts'
import type { Message } from '../../schemas/types.ts'
import { grpcClient } from './grpc-client.ts'
import { adminKey, openGateway } from './open-gateway.ts'

const template = { name: 'parcel', language: 'pt_BR', text: 'Olá {{1}}, chega {{ 2 }} {{3}}' }
const body = (...values: readonly string[]) =>
  values.map((value) => ({ part: 'body', kind: 'text', value }))
const to = (address: string) => ({ channel: 'telegram', address })

describe('a template for many people', () => {
  test('is a message for each, with their parameters, and what it says to them', () => {
    const recipients = [
      { to: to('1'), messageId: 'a', parameters: body('Ana', 'hoje') },
      { to: to('2'), parameters: body('Bia', 'amanhã', 'cedo') },
    ]
    assert.deepEqual(batchMessages({ template, recipients }), [
      {
        to: to('1'),
        messageId: 'a',
        content: {
          ...{ ...template, type: 'template', parameters: body('Ana', 'hoje') },
          text: 'Olá Ana, chega hoje {{3}}',
        },
      },
      {
        to: to('2'),
        content: {
          ...{ ...template, type: 'template', parameters: body('Bia', 'amanhã', 'cedo') },
          text: 'Olá Bia, chega amanhã cedo',
        },
      },
    ])
  })

  test('finds parameters by name, and takes those of the template where one has none', () => {
    const named = [{ part: 'body', kind: 'text', name: 'who', value: 'Ana' }]
    const asked = { template: { ...template, text: 'Olá {{who}}', parameters: named } }
    const [message] = batchMessages({ ...asked, recipients: [{ to: to('1') }] })
    assert.deepEqual(message, {
      to: to('1'),
      content: { ...asked.template, type: 'template', text: 'Olá Ana' },
    })
  })

  test('is answered for each person, and one that is amiss does not cost the others', async (t) => {
    const { api, decoded, tools } = await openGateway(t)
    const { status, json } = await api.call('/v1/messages:batch', {
      body: {
        template,
        recipients: [
          { to: to('1'), messageId: 'a', parameters: body('Ana', 'hoje') },
          { to: to('2'), messageId: 'b', parameters: [{ part: 'body', value: 'x' }] },
          { to: to('3'), messageId: 'c', content: { type: 'text', text: 'x' }, parameters: [] },
          { to: to('4'), messageId: 'd', parameters: body('Davi', 'já') },
        ],
      },
    })
    assert.equal(status, 207)
    assert.deepEqual(
      json.items.map((item: { status: string }) => item.status),
      ['accepted', 'refused', 'refused', 'accepted'],
    )
    const messages = (await decoded('messages.submitted', 'Message')) as Message[]
    const says = messages.map((each) => tools.content.decode('template', each.content))
    assert.deepEqual(
      new Set(says.map((content) => content.type === 'template' && content.text)),
      new Set(['Olá Ana, chega hoje {{3}}', 'Olá Davi, chega já {{3}}']),
    )
  })

  test('is asked for by gRPC alike', async (t) => {
    const open = await openGateway(t)
    const recipients = [{ to: to('1'), messageId: 'a', parameters: body('Ana', 'hoje') }]
    const rest = await open.api.call('/v1/messages:batch', { body: { template, recipients } })
    assert.equal(rest.status, 202)
    const client = grpcClient(open.gateway.grpcPort, adminKey)
    t.after(() => client.close())
    const { items } = await client.call('MessageService', 'SendBatch', { template, recipients })
    assert.equal(items[0].status, 'accepted')
    const [one, other] = (await open.decoded('messages.submitted', 'Message')) as Message[]
    assert.equal(one?.digest, other?.digest)
  })

  test('is refused beside messages, and without people', async (t) => {
    const { api } = await openGateway(t)
    const wrong = [
      { template, recipients: [], messages: [] },
      { template, recipients: [] },
      { template },
      { recipients: [{ to: to('1') }] },
    ]
    for (const request of wrong) {
      assert.equal((await api.call('/v1/messages:batch', { body: request })).status, 400)
    }
  })
})
