import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sampleContents } from '../../connectors/sample-contents.ts'
import type { PhoneMessage } from '../../connectors/simulator/record.ts'
import { personSocket } from '../gateway/person-socket.ts'
import { type OpenHub, openHub } from './open-hub.ts'

/** Whom each channel's messages go to: new people, so that nothing but ours is on their phones. */
const people = {
  whatsapp: '5511988880077',
  messenger: '7100000000000077',
  instagram: '8100000000000077',
  telegram: '900000077',
  'in-app': 'kinds',
} as const
type Channel = keyof typeof people
type PhoneChannel = Exclude<Channel, 'in-app'>

const phoneChannels = ['whatsapp', 'messenger', 'instagram', 'telegram'] as const
const kinds = Object.keys(sampleContents) as (keyof typeof sampleContents)[]

/** Something that a person was shown. */
interface Shown {
  readonly content: { readonly type: string }
  readonly replyTo?: string | null
}

interface MessageView {
  readonly messageId: string
  readonly status: string
  readonly reason?: string
  readonly replyTo?: string
  readonly deliveries: readonly { readonly status: string }[]
}

/** The verdicts of the table in docs/channels.md: `native`, `degraded` or `rejected`. */
function tableOf(): ReadonlyMap<string, string> {
  const page = readFileSync(new URL('../../docs/channels.md', import.meta.url), 'utf8')
  const rows = page.split('Do not edit below. -->\n')[1]?.split('\n') ?? []
  const cells = (row: string) => row.split('|').map((cell) => cell.trim())
  const head = cells(rows.find((row) => row.startsWith('|')) ?? '')
  const verdicts = new Map<string, string>()
  for (const row of rows) {
    const [, kind = '', ...each] = cells(row)
    if (!kinds.includes(kind as keyof typeof sampleContents) || verdicts.has(`${kind} ${head[2]}`))
      continue
    each.forEach((cell, index) => {
      const channel = head[index + 2]
      if (channel) verdicts.set(`${kind} ${channel}`, cell.split(':', 1)[0] ?? '')
    })
  }
  return verdicts
}

describe('every kind on every channel', () => {
  let hub: OpenHub
  before(async () => {
    hub = await openHub()
  })
  after(() => hub.stop())

  const api = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const answer = await fetch(`${hub.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${hub.key}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`)
    return JSON.parse(text) as Answer
  }
  const phone = async <Answer>(channel: PhoneChannel, what: string, body?: object) => {
    const path = `${hub.phones}/simulator/phones/${channel}/${people[channel]}/${what}`
    const init = body && { method: 'POST', body: JSON.stringify(body) }
    const answer = await fetch(path, {
      ...init,
      headers: { 'content-type': 'application/json' },
    })
    return (await answer.json()) as Answer
  }

  /** Sends, and waits until nothing more is on its way. */
  async function sent(channel: Channel, content: object, replyTo?: string): Promise<MessageView> {
    const to = { channel, address: people[channel] }
    const request = { to, content, ...(replyTo !== undefined && { replyTo }) }
    const accepted = await api<{ messageId: string; position: string }>(
      'POST',
      '/v1/messages',
      request,
    )
    const path = `/v1/messages/${encodeURIComponent(accepted.messageId)}?position=${encodeURIComponent(accepted.position)}`
    for (let turn = 0; turn < 400; turn++) {
      const view = await api<MessageView>('GET', path)
      const settled = ['sent', 'delivered', 'read', 'failed', 'rejected'].includes(view.status)
      if (settled) return view
      await sleep(25)
    }
    throw new Error(`${channel}: the message did not settle within 10 s`)
  }

  const arrivedOn = async (channel: PhoneChannel): Promise<readonly PhoneMessage[]> => {
    const { messages } = await phone<{ messages: readonly PhoneMessage[] }>(channel, 'messages')
    return messages.filter(({ direction }) => direction === 'to-phone')
  }

  for (const channel of phoneChannels) {
    test(`${channel} shows each as docs/channels.md says`, async () => {
      const written = await phone<PhoneMessage>(channel, 'answer', { text: 'hello' })
      assert.ok(written.providerMessageId, JSON.stringify(written))
      let before = 0
      await showsEach(channel, async () => {
        const arrived = await arrivedOn(channel)
        const fresh = arrived.slice(before)
        before = arrived.length
        return fresh
      })
    })
  }

  test('in-app shows each as docs/channels.md says', async (t) => {
    const { token } = await api<{ token: string }>('POST', '/v1/in-app/tokens', {
      address: people['in-app'],
    })
    const person = await personSocket(Number(new URL(hub.url).port), token)
    t.after(() => person.ws.close())
    person.say({ type: 'send', id: '1', content: sampleContents.text })
    await showsEach('in-app', async ({ messageId, status }) => {
      // Sent is what stands in the log for them; their program hears of it a moment later.
      if (status !== 'rejected') await person.heard((frame) => frame.messageId === messageId)
      return person.items().filter((item) => item.messageId === messageId)
    })
  })

  /** The person wrote before: reactions and read marks are about that. `freshOf` is what they were shown since it was asked last. */
  async function showsEach(
    channel: Channel,
    freshOf: (view: MessageView) => Promise<readonly Shown[]>,
  ): Promise<void> {
    const table = tableOf()
    const theirs = await receivedId(channel)
    const ours = await sent(channel, sampleContents.text)
    await freshOf(ours)
    const told: Record<string, string> = {}
    const expected: Record<string, string | undefined> = {}
    for (const kind of kinds) {
      const own = kind === 'edit' || kind === 'delete'
      const about = own ? ours.messageId : theirs
      const view = await sent(channel, sampleContents[kind], deeds.has(kind) ? about : undefined)
      told[kind] = verdictOf(kind, view, await freshOf(view))
      expected[kind] = table.get(`${kind} ${channel}`)
    }
    assert.deepEqual(told, expected)
  }

  /** What the hub has of the person's message. */
  async function receivedId(channel: Channel): Promise<string> {
    for (let turn = 0; turn < 400; turn++) {
      const { events } = await api<{
        events: readonly { type: string; messageId?: string; channel?: string }[]
      }>('GET', '/v1/events?limit=500')
      const found = events.find(
        ({ type, messageId = '' }) =>
          type === 'message.received' && messageId.startsWith(`in:${channel}:`),
      )
      if (found?.messageId !== undefined) return found.messageId
      await sleep(25)
    }
    throw new Error(`${channel}: what the person wrote did not come`)
  }
})

/** They are about another message. */
const deeds: ReadonlySet<string> = new Set(['reaction', 'edit', 'delete', 'typing', 'read'])

/** Native is what the phone shows as the very kind, with nothing beside it. */
function verdictOf(kind: string, view: MessageView, fresh: readonly Shown[]): string {
  if (view.status === 'rejected') {
    assert.equal(view.reason, 'kind-not-served')
    return fresh.length === 0 ? 'rejected' : 'rejected, and shown'
  }
  if (view.status === 'failed') return `failed: ${JSON.stringify(view)}`
  if (fresh.length === 0) return 'dropped'
  if (
    deeds.has(kind) &&
    fresh.some(({ replyTo }) => (replyTo ?? null) === null) &&
    kind !== 'typing'
  ) {
    return kind === 'read' ? 'native' : 'about nothing'
  }
  return fresh.every(({ content }) => content.type === kind) ? 'native' : 'degraded'
}
