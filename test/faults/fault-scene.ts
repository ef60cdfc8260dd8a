import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'undici'
import type { FaultRule } from '../../connectors/simulator/fault-plan.ts'
import { type OpenHub, openHub } from '../cli/open-hub.ts'
import type { Environment } from '../cli/run-cli.ts'

const shipped = new URL('../../pipeline.yaml', import.meta.url)

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: the test says what it expects of it
  readonly json: any
}

/** What the API shows of a message. */
export interface Shown {
  readonly status: string
  readonly reason?: string
  readonly deliveries: readonly {
    readonly status: string
    readonly attempts: number
    readonly possibleDuplicate: boolean
    readonly history: readonly { readonly kind: string; readonly reason?: string }[]
  }[]
}

/** A message as the simulated phone has it. */
export interface OnPhone {
  readonly direction: string
  readonly providerMessageId: string
  readonly replyTo: string | null
  readonly content: { readonly type: string; readonly text?: string }
}

/** A whole hub with the simulated platforms, impatient where the shipped one is patient. */
export interface FaultScene {
  /** What befalls the next requests. */
  script(...script: readonly FaultRule[]): Promise<void>
  /** A phone that takes everything, or one whose window is kept. */
  phone(channel: string, address: string, fields?: object): Promise<void>
  /** Everything on the phone, in order. */
  messages(channel: string, address: string): Promise<readonly OnPhone[]>
  /** What businesses sent to the phone, in order. */
  arrived(channel: string, address: string): Promise<readonly string[]>
  answer(channel: string, address: string, text: string): Promise<void>
  /** A person does what the simulator takes as an answer. */
  says(channel: string, address: string, what: object): Promise<void>
  /** The same, and resolves when the hub has heard of it: the window is open then. */
  opens(channel: string, address: string, text: string): Promise<void>
  send(messageId: string, channel: string, address: string): Promise<void>
  /** Resolves when the message shows what is waited for; fails with what it shows instead. */
  shows(messageId: string, holds: (shown: Shown) => boolean): Promise<Shown>
  /** Texts that people wrote, as the feed of the key's tenant tells them, in order. */
  received(key?: string): Promise<readonly string[]>
  /** As the platform posts it, signed; answers the HTTP status. */
  meta(body: object): Promise<number>
  telegram(update: object): Promise<number>
  api(method: string, path: string, body?: object): Promise<Answer>
  stats(): Promise<unknown>
  close(): Promise<void>
}

/** `settings` are further ones of the hub's environment. */
export async function faultScene(settings: Environment = {}): Promise<FaultScene> {
  const folder = mkdtempSync(join(tmpdir(), 'c4a-faults-'))
  const pipeline = join(folder, 'pipeline.yaml')
  writeFileSync(pipeline, impatient(readFileSync(shipped, 'utf8')))
  const hub: OpenHub = await openHub(undefined, { ...settings, C4A_PIPELINE: pipeline })

  async function call(method: string, url: string, body?: object, key = hub.key): Promise<Answer> {
    const options = {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    }
    const answer = await request(
      url,
      body === undefined ? options : { ...options, body: JSON.stringify(body) },
    )
    const text = await answer.body.text()
    return { status: answer.statusCode, json: text === '' ? undefined : JSON.parse(text) }
  }
  const api: FaultScene['api'] = (method, path, body) => call(method, `${hub.url}${path}`, body)
  const phones = async (method: string, path: string, body?: object) => {
    const answer = await call(method, `${hub.phones}/simulator/${path}`, body)
    assert.ok(answer.status < 300, `${path}: ${JSON.stringify(answer.json)}`)
    return answer.json
  }
  async function posted(path: string, text: string, headers: object): Promise<number> {
    const answer = await request(`${hub.url}/webhooks/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: text,
    })
    await answer.body.dump()
    return answer.statusCode
  }

  const received: FaultScene['received'] = async (key = hub.key) => {
    const texts: string[] = []
    let after = ''
    for (;;) {
      const path = `/v1/events?limit=1000${after && `&after=${encodeURIComponent(after)}`}`
      const { json } = await call('GET', `${hub.url}${path}`, undefined, key)
      for (const { type, data } of json.events) {
        if (type === 'message.received') texts.push(data.content.text ?? data.content.type)
      }
      if (!json.more) return texts
      after = json.cursor
    }
  }
  const says: FaultScene['says'] = async (channel, address, what) => {
    const account = channel === 'whatsapp' ? { account: '100000000000001' } : {}
    await phones('POST', `phones/${channel}/${address}/answer`, { ...account, ...what })
  }
  const answer: FaultScene['answer'] = (channel, address, text) => says(channel, address, { text })

  return {
    api,
    answer,
    says,
    received,
    async opens(channel, address, text) {
      await answer(channel, address, text)
      const endMs = Date.now() + 30_000
      while (!(await received()).includes(text)) {
        assert.ok(Date.now() < endMs, `${text} was never heard`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    script: async (...script) => void (await phones('PUT', 'faults', { script })),
    phone: async (channel, address, fields = { windows: 'open' }) =>
      void (await phones('PUT', `phones/${channel}/${address}`, fields)),
    async messages(channel, address) {
      return (await phones('GET', `phones/${channel}/${address}/messages`)).messages
    },
    async arrived(channel, address) {
      const { messages } = await phones('GET', `phones/${channel}/${address}/messages`)
      const texts: string[] = []
      for (const { direction, content } of messages) {
        if (direction !== 'from-phone') texts.push(content.text)
      }
      return texts
    },
    async send(messageId, channel, address) {
      const content = { type: 'text', text: messageId }
      const body = { messageId, to: { channel, address, account: 'demo' }, content }
      const { status, json } = await api('POST', '/v1/messages', body)
      assert.equal(status, 202, JSON.stringify(json))
    },
    async shows(messageId, holds) {
      const endMs = Date.now() + 45_000
      for (;;) {
        const { status, json } = await api('GET', `/v1/messages/${messageId}`)
        if (status === 200 && holds(json)) return json
        assert.ok(Date.now() < endMs, `${messageId} shows ${JSON.stringify(json)}`)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    },
    meta(body) {
      const text = JSON.stringify(body)
      const proof = createHmac('sha256', 'simulator').update(text).digest('hex')
      return posted('whatsapp/meta', text, { 'x-hub-signature-256': `sha256=${proof}` })
    },
    telegram: (update) =>
      posted('telegram/demo', JSON.stringify(update), {
        'x-telegram-bot-api-secret-token': 'simulator',
      }),
    stats: () => phones('GET', 'stats'),
    async close() {
      const { code, stderr } = await hub.stop()
      rmSync(folder, { recursive: true, force: true })
      assert.equal(code, 0, stderr)
    },
  }
}

/** Short waits, a second tenant on the same app, and a window that is waited for. */
function impatient(text: string): string {
  const deliver =
    /with: \{ channel: (\w+), onUnknown: resend, (?:settle: 60s, )?expireAfter: 24h \}/g
  const hurried = text.replace(deliver, (_, channel: string) => {
    const more = channel === 'whatsapp' ? ', whenClosed: hold, windowLook: 300ms' : ''
    return `with: { channel: ${channel}, onUnknown: resend, settle: 4s, attemptTimeout: 2s, expireAfter: 24h${more} }`
  })
  const second = `      acme:
        { tenant: acme, externalId: "100000000000009", secrets: { token: "$&" } }
`.replace('$&', `\${C4A_WHATSAPP_TOKEN:-simulator}`)
  const changed = hurried.replace(/( {2}whatsapp:\n(?:.*\n)*? {4}accounts:\n)/, `$1${second}`)
  assert.notEqual(changed, text)
  return changed
}
