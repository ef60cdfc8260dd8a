import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventJson } from '../../domain/event-json.ts'
import type { WebhookState } from '../../domain/webhooks/webhook-state.ts'
import { notify } from '../../stages/notify.ts'
import { toolsOf, webhooksOf } from './fixtures.ts'
import { inputOf, nowMs, runStage } from './run-stage.ts'
import { stageSuite } from './stage-suite.ts'
import { eventOf, hook } from './webhook-fixtures.ts'

const bodyOf = (states: readonly WebhookState[], isLoaded = true) =>
  notify.create({
    id: 'notify',
    settings: {},
    outputs: ['calls'],
    tools: toolsOf({ webhooks: { ...webhooksOf(...states), isLoaded } }),
  })
const run = async (states: readonly WebhookState[], event = eventOf()) =>
  (await runStage(bodyOf(states), [inputOf('in', event)])).flat()

stageSuite(notify, {
  tools: () => toolsOf({ webhooks: webhooksOf(hook(), hook({ webhookId: 'wh_2' })) }),
  inputs: () => [inputOf('in', eventOf()), inputOf('in', eventOf({ conversationId: null }))],
})

describe('notify', () => {
  test('makes a call for each endpoint that wants the event, with the bytes of the feed', async () => {
    const wanting = [hook(), hook({ webhookId: 'wh_2', types: ['delivery.*'] })]
    const calls = await run([...wanting, hook({ webhookId: 'wh_3', channels: ['telegram'] })])
    assert.deepEqual(
      calls.map(({ key }) => key),
      ['default/wh_1/c1', 'default/wh_2/c1'],
    )
    const [call] = calls
    assert.equal(call?.value.body, JSON.stringify(eventJson(eventOf())))
    assert.equal(call.value.eventId, eventOf().eventId)
    assert.deepEqual(
      [call.value.attempt, call.value.feedPartition, call.value.feedOffset],
      [1, 0, 0],
    )
  })

  test('asks no endpoint of another tenant, and none that is disabled', async () => {
    const off = hook({ disabledAt: nowMs })
    const gone = hook({ webhookId: 'wh_2' }, { disabledAt: nowMs - 5, reason: 'gone' })
    assert.deepEqual(await run([hook({ tenant: 'other' }), off, gone]), [])
  })

  test('asks one again that was enabled after it was given up', async () => {
    const back = hook({ enabledAt: nowMs - 4 }, { disabledAt: nowMs - 5, reason: 'failing' })
    assert.equal((await run([back])).length, 1)
  })

  test('does not send to a new endpoint what happened long before', async () => {
    assert.equal((await run([hook({ createdAt: nowMs + 50_000 })])).length, 1)
    assert.deepEqual(await run([hook({ createdAt: nowMs + 70_000 })]), [])
  })

  test('passes over, undecoded, what no endpoint of the tenant can want, once it knows them', () => {
    const skips = (key: string, isLoaded = true) => {
      const body = bodyOf([hook()], isLoaded)
      return body.shape === 'lookup' && body.skips?.(key)
    }
    assert.equal(skips('default/c1'), false)
    assert.equal(skips('other/c1'), true)
    assert.equal(skips('other/c1', false), false)
  })
})
