import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { HubApi } from '../chaos/hub-api.ts'
import { until } from '../until.ts'
import { clusterEnvironment, noCluster } from './cluster-environment.ts'
import { type ClusterScene, openClusterScene } from './cluster-scene.ts'
import { eachStage } from './each-stage.ts'
import { rollingRestartSuite } from './rolling-restart-suite.ts'

const environment = clusterEnvironment(process.env)

/** Of this run: the servers may have kept what was sent in another. */
const run = `${process.pid}-${Date.now()}`

const phones = [
  { channel: 'whatsapp', address: '5511999990001', furthest: 'read' },
  { channel: 'messenger', address: '7100000000000002', furthest: 'read' },
  { channel: 'instagram', address: '8100000000000003', furthest: 'read' },
  { channel: 'telegram', address: '900000004', furthest: 'sent' },
] as const

if (!environment) {
  test('a hub of one process for each stage', { skip: noCluster })
} else {
  describe('a hub of one process for each stage', { timeout: 400_000 }, () => {
    let scene: ClusterScene
    const direct: HubApi[] = []

    before(async () => {
      const stages = eachStage().map((id) => [id])
      scene = await openClusterScene({ environment, seed: 1, stages, gateways: 2, connections: 8 })
      direct.push(...scene.gateways.map(({ httpPort }) => new HubApi(httpPort, scene.key, 4)))
      await groupsAtWork(scene.api)
    })
    after(async () => {
      await Promise.all(direct.map((api) => api.close()))
      await scene?.close(false)
    })

    for (const [nth, { channel, address, furthest }] of phones.entries()) {
      test(`takes a message to ${channel} at one gateway, and tells at the other that it is ${furthest}`, async () => {
        const messageId = `cluster-${run}-${nth}`
        const [one, other] = nth % 2 === 0 ? direct : [...direct].reverse()
        assert.ok(one && other)
        const content = { type: 'text', text: `c${nth}m0w0` }
        const sent = await one.post('/v1/messages', {
          messageId,
          to: { channel, address },
          content,
        })
        assert.equal(sent.status, 202, JSON.stringify(sent.body))
        const { position } = sent.body as { readonly position: string }
        // Read your writes, at another gateway than the one that took it.
        const first = await other.get(`/v1/messages/${messageId}?position=${position}`)
        assert.equal(first.status, 200, JSON.stringify(first.body))
        await until('it gets as far as it can', async () => {
          const { body } = await other.get(`/v1/messages/${messageId}`)
          return (body as { readonly status: string }).status === furthest
        })
      })
    }

    test('brings what phones answer onto the feed', async () => {
      const text = `c0m${Date.now()}w0`
      await scene.simulator.answer(
        { channel: 'whatsapp', address: '5511999990001', gone: false },
        text,
      )
      await until('it is on the feed', async () => (await wholeFeed(scene.api)).includes(text))
    })

    test('finds a conversation that was just created, by the position of its answer', async () => {
      const participants = phones.slice(0, 2).map(({ channel, address }) => ({ channel, address }))
      const [one, other] = direct
      assert.ok(one && other)
      const made = await one.post('/v1/conversations', { title: run, participants })
      assert.equal(made.status, 201, JSON.stringify(made.body))
      const { conversationId, position } = made.body as Record<string, string>
      const got = await other.get(`/v1/conversations?limit=20&position=${position}`)
      assert.equal(got.status, 200, JSON.stringify(got.body))
      assert.ok(JSON.stringify(got.body).includes(String(conversationId)))
    })

    test('a key revoked at one gateway is refused at both', async () => {
      const [one, other] = scene.gateways
      const [api] = direct
      assert.ok(one && other && api)
      const made = await api.post('/v1/keys', { name: run, role: 'sender' })
      assert.equal(made.status, 201, JSON.stringify(made.body))
      const { key, keyId } = made.body as Record<string, string>
      const clients = [one, other].map(({ httpPort }) => new HubApi(httpPort, key ?? '', 1))
      const statuses = () =>
        Promise.all(clients.map(async (api) => (await api.get('/v1/messages/none')).status))
      try {
        await until('the key counts', async () =>
          (await statuses()).every((status) => status === 404),
        )
        const revoked = await fetch(`http://127.0.0.1:${one.httpPort}/v1/keys/${keyId}`, {
          method: 'DELETE',
          headers: { authorization: `Bearer ${scene.key}` },
        })
        assert.equal(revoked.status, 200)
        await until('it does not any more', async () =>
          (await statuses()).every((status) => status === 401),
        )
      } finally {
        await Promise.all(clients.map((api) => api.close()))
      }
    })

    test('every process ends with 0 when it is asked to, and none had ended before', async () => {
      assert.deepEqual(await scene.stop(60_000), [])
    })
  })
}

rollingRestartSuite()

/** A process is ready before its groups have shared out their partitions, for which a read by position does not wait. */
async function groupsAtWork(api: HubApi): Promise<void> {
  const messageId = `cluster-${run}-first`
  const to = { channel: 'whatsapp', address: phones[0].address }
  const sent = await api.post('/v1/messages', {
    messageId,
    to,
    content: { type: 'text', text: 'c9m0w0' },
  })
  assert.equal(sent.status, 202, JSON.stringify(sent.body))
  await until('the first message is read', async () => {
    const { body } = await api.get(`/v1/messages/${messageId}`)
    return (body as { readonly status?: unknown }).status === 'read'
  })
}

async function wholeFeed(api: HubApi): Promise<string> {
  let text = ''
  for (let cursor = 'start', more = true; more; ) {
    const { body } = await api.get(`/v1/events?limit=1000&after=${encodeURIComponent(cursor)}`)
    const page = body as { readonly cursor: string; readonly more: boolean }
    text += JSON.stringify(body)
    cursor = page.cursor
    more = page.more
  }
  return text
}

/** Until it holds; the test's own timeout is the bound. */
