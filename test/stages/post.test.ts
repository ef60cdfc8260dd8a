import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { webhookSecretText } from '../../domain/webhooks/webhook-secret-text.ts'
import type { WebhookState } from '../../domain/webhooks/webhook-state.ts'
import type { WebhookAnswer } from '../../domain/webhooks/webhook-verdict.ts'
import { post } from '../../stages/post.ts'
import type { StageTools } from '../../stages/tools.ts'
import { ids, toolsOf, webhooksOf } from './fixtures.ts'
import { attempt, nowMs } from './run-stage.ts'
import { stageSuite } from './stage-suite.ts'
import { callOf, hook } from './webhook-fixtures.ts'

const day = 86_400_000
const settings = { timeout: 15_000, perEndpoint: 2, disableAfter: 5 * day }
const outputs = ['again', 'attempts', 'health', 'events']
const ok: WebhookAnswer = { status: 200, retryAfter: undefined }
const broken: WebhookAnswer = { status: 500, retryAfter: undefined }

interface Posted {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The stage with one endpoint, which gives these answers in turn and then 200. */
function scene(state: WebhookState | null = hook(), answers: readonly WebhookAnswer[] = []) {
  const posted: Posted[] = []
  const script = [...answers]
  const tools: StageTools = toolsOf({
    webhooks: webhooksOf(...(state ? [state] : [])),
    postWebhook: async (url, headers, body) => {
      posted.push({ url, headers, body })
      return script.shift() ?? ok
    },
  })
  const body = post.create({ id: 'post', settings, outputs, tools })
  const run = async (fields = {}, atMs = nowMs) => {
    const ending = await attempt(body, callOf(fields), atMs)
    const emit = ending.emit ?? []
    const emitted = (port: string) => emit.find(({ to }) => to === port)
    return { ending, emitted, ports: emit.map(({ to }) => to) }
  }
  return { posted, run, body }
}

stageSuite(post, {
  settings,
  tools: () => toolsOf({ webhooks: webhooksOf(hook()), postWebhook: async () => broken }),
  inputs: () => [callOf(), callOf({ attempt: 3 })],
})

describe('post', () => {
  test('posts the bytes as they are, signed so that the standard library takes them', async () => {
    const { posted, run } = scene()
    const { ports, emitted } = await run({ body: '{"a":1}' }, Date.now())
    const [request] = posted
    assert.equal(request?.url, 'https://client.example/events')
    assert.equal(request.body, '{"a":1}')
    assert.equal(request.headers['webhook-id'], 'e'.repeat(32))
    const secret = webhookSecretText(ids.webhookSecret('default', 'wh_1', 1))
    assert.deepEqual(new Webhook(secret).verify(request.body, { ...request.headers }), { a: 1 })
    assert.deepEqual(ports, ['attempts'])
    const told = emitted('attempts')?.value
    assert.deepEqual(told && 'outcome' in told && [told.outcome, told.status], ['delivered', 200])
  })

  test('signs with the old secret as well until its time is over', async () => {
    for (const [formerSecretUntil, count] of [
      [nowMs + 1, 2],
      [nowMs, 1],
    ] as const) {
      const { posted, run } = scene(hook({ secretVersion: 4, formerSecretUntil }))
      await run()
      assert.equal(posted[0]?.headers['webhook-signature']?.split(' ').length, count)
    }
  })

  test('sets a timer for what failed, and lets go of the lane', async () => {
    const { run } = scene(hook(), [broken])
    const { ending, emitted, ports } = await run()
    assert.equal(ending.kind, 'done')
    assert.deepEqual(ports, ['attempts', 'again', 'health'])
    const again = emitted('again') ?? assert.fail()
    assert.ok('attempt' in again.value && again.value.attempt === 2)
    assert.ok((again.dueMs ?? 0) >= nowMs + 5_000 && (again.dueMs ?? 0) <= nowMs + 6_000)
    assert.match(again.timerId ?? '', /^[0-9a-f]{32}$/)
    // Concluded twice after a crash, it comes back once; the next round is another timer.
    assert.equal((await scene(hook(), [broken]).run()).emitted('again')?.timerId, again.timerId)
    const other = await scene(hook(), [broken]).run({ round: 'r' })
    assert.notEqual(other.emitted('again')?.timerId, again.timerId)
  })

  test('gives up after the eighth attempt, which is made even while the endpoint rests', async () => {
    const { run, posted } = scene(
      hook(),
      Array.from({ length: 9 }, () => broken),
    )
    for (let nth = 0; nth < 3; nth++) await run({ eventId: `e${nth}` })
    assert.equal((await run({ attempt: 7 })).ending.kind, 'hold')
    assert.equal(posted.length, 3)
    const last = await run({ attempt: 8 })
    assert.equal(posted.length, 4)
    assert.deepEqual(last.ports, ['attempts'])
    const told = last.emitted('attempts')?.value
    assert.ok(told && 'nextAt' in told && told.nextAt === null)
  })

  test('lets an endpoint rest that fails: waits for a short rest in order, and probes it once', async () => {
    const { run, posted } = scene(hook(), [broken, broken, broken])
    for (let nth = 0; nth < 3; nth++) await run({ eventId: `e${nth}` })
    const { ending } = await run({}, nowMs + 4_000)
    assert.deepEqual(ending, { kind: 'hold', reason: 'endpoint-failing', afterMs: 1_000 })
    assert.equal((await run({}, nowMs + 5_000)).ending.kind, 'done')
    assert.equal((await run({}, nowMs + 5_001)).ending.kind, 'done')
    assert.equal(posted.length, 5)
  })

  test('leaves it to the schedule when the rest is long, and tries nothing meanwhile', async () => {
    const { run, posted } = scene(
      hook(),
      Array.from({ length: 5 }, () => broken),
    )
    const times = [0, 0, 0, 5_000, 15_000]
    for (const [nth, after] of times.entries()) await run({ eventId: `e${nth}` }, nowMs + after)
    const put = await run({}, nowMs + 20_000)
    assert.equal(posted.length, 5)
    assert.deepEqual(put.ports, ['attempts', 'again'])
    const told = put.emitted('attempts')?.value
    assert.ok(told && 'outcome' in told && told.outcome === 'put-off')
    assert.equal((await run({}, nowMs + 35_000)).ports[0], 'attempts')
    assert.equal(posted.length, 6)
  })

  test('leaves an endpoint alone for as long as it asks', async () => {
    const { run, posted } = scene(hook(), [{ status: 429, retryAfter: '60' }])
    const { emitted } = await run()
    assert.ok((emitted('again')?.dueMs ?? 0) >= nowMs + 60_000)
    await run({ eventId: 'e2' }, nowMs + 49_000)
    await run({ eventId: 'e3' }, nowMs + 59_000)
    assert.equal(posted.length, 1)
    await run({ eventId: 'e3' }, nowMs + 60_000)
    assert.equal(posted.length, 2)
  })

  test('holds what comes while as many calls run as may', async () => {
    const { body } = scene()
    const waiting: (() => void)[] = []
    const tools = toolsOf({
      webhooks: webhooksOf(hook()),
      postWebhook: () => new Promise((resolve) => waiting.push(() => resolve(ok))),
    })
    const slow = post.create({ id: 'post', settings, outputs, tools })
    const running = [attempt(slow, callOf()), attempt(slow, callOf())]
    const third = await attempt(slow, callOf())
    assert.deepEqual([third.kind, third.kind === 'hold' && third.reason], ['hold', 'endpoint-busy'])
    for (const answer of waiting) answer()
    for (const each of await Promise.all(running)) assert.equal(each.kind, 'done')
    assert.equal(body.shape === 'keyed-effect' && body.group(callOf()), 'default/wh_1')
  })

  test('drops what waits for an endpoint that is disabled or deleted, and says so in the log', async () => {
    for (const state of [
      hook({ disabledAt: nowMs }),
      hook({}, { disabledAt: nowMs, reason: 'gone' }),
    ]) {
      const { run, posted } = scene(state)
      const { ports, emitted } = await run()
      assert.deepEqual(ports, ['attempts'])
      const told = emitted('attempts')?.value
      assert.ok(told && 'outcome' in told && told.outcome === 'dropped')
      assert.equal(posted.length, 0)
    }
    // Another process may know it a moment earlier.
    const { ending } = await scene(null).run()
    assert.deepEqual(
      [ending.kind, ending.kind === 'hold' && ending.reason],
      ['hold', 'endpoint-unknown'],
    )
  })
})

describe('an endpoint', () => {
  test('is disabled at once by 410, with an event on the feed', async () => {
    const { run } = scene(hook(), [{ status: 410, retryAfter: undefined }])
    const { ports, emitted } = await run()
    assert.deepEqual(ports, ['attempts', 'health', 'events'])
    const health = emitted('health')?.value
    assert.ok(health && 'reason' in health && health.reason === 'gone')
    const event = emitted('events')?.value
    assert.ok(event && 'data' in event && event.type === 'webhook.disabled')
    assert.deepEqual(JSON.parse(event.data ?? ''), {
      webhookId: 'wh_1',
      url: 'https://client.example/events',
    })
  })

  test('is disabled when it has failed for five days, and not a moment before', async () => {
    const since = nowMs - 5 * day
    const longAgo = { enabledAt: since - day }
    const soon = await scene(hook(longAgo, { failingSince: since + 1 }), [broken]).run()
    assert.deepEqual(soon.ports, ['attempts', 'again'])
    const now = await scene(hook(longAgo, { failingSince: since }), [broken]).run()
    assert.deepEqual(now.ports, ['attempts', 'health', 'events'])
  })

  test('that was enabled again is forgiven what failed before', async () => {
    const since = nowMs - 9 * day
    const { run } = scene(hook({ enabledAt: nowMs - day }, { failingSince: since }), [broken])
    assert.deepEqual((await run()).ports, ['attempts', 'again', 'health'])
  })

  test('is healthy again with its first success', async () => {
    const { run } = scene(hook({}, { failingSince: nowMs - 1_000 }))
    const { emitted } = await run()
    const health = emitted('health')?.value
    assert.ok(health && 'failingSince' in health && health.failingSince === null)
  })
})
