import { jsonBody } from './exchange.ts'
import type { Mark } from './fault-names.ts'
import type { WebhookStats } from './meta-webhooks.ts'
import { type Poster, poster } from './poster.ts'
import type { WebhookPace } from './settings.ts'
import type { Timers } from './timers.ts'

export interface Update {
  readonly update_id: number
  readonly [what: string]: unknown
}

/** Where a bot's updates go; set by configuration or by setWebhook. */
export interface Hook {
  readonly url: string
  readonly secretToken: string
}

export interface TelegramWebhooks {
  hook: Hook | null
  emit(chat: string, update: Update, marks: ReadonlySet<Mark>): void
  /** Updates that wait, oldest first; for getUpdates. */
  waiting(): readonly Update[]
  /** Drops what waits up to the id, or everything. */
  drop(upTo?: number): void
  readonly lastError: { readonly atMs: number; readonly message: string } | null
  readonly pending: number
  readonly stats: WebhookStats
  close(): Promise<void>
}

interface Chat {
  readonly id: string
  readonly queue: { readonly update: Update; forge: boolean }[]
  failures: number
  /** A post is under way, or a wait after a failed one. */
  busy: boolean
}

/**
 * One queue for each chat: in order inside a chat, where an update that is not taken holds up all
 * behind it; chats do not wait for each other. An answer may be a call of the bot (`answered`). The first failure is tried again at once, then after a
 * wait that doubles (Bot API server, WebhookActor.cpp). Any 2xx is success.
 */
export function telegramWebhooks(
  pace: WebhookPace,
  timers: Timers,
  nowMs: () => number,
  answered: (call: Readonly<Record<string, unknown>>) => void,
): TelegramWebhooks {
  const chats = new Map<string, Chat>()
  const ready: Chat[] = []
  const stats = { posts: 0, events: 0, failedPosts: 0, dropped: 0, forged: 0, forgedAccepted: 0 }
  let hook: Hook | null = null
  let target: Poster | undefined
  let lastError: { atMs: number; message: string } | null = null
  let inFlight = 0
  let queued = 0
  let closed = false

  function pump() {
    while (hook && target && inFlight < Math.max(pace.connections, 8)) {
      const chat = ready.shift()
      if (!chat) return
      inFlight++
      void post(chat, hook, target)
    }
  }

  async function post(chat: Chat, to: Hook, through: Poster) {
    const [head] = chat.queue
    if (!head) {
      // getUpdates took what was there.
      inFlight--
      next(chat)
      return
    }
    const body = Buffer.from(JSON.stringify(head.update))
    if (head.forge) {
      head.forge = false
      const { status } = await through.post(headersOf(`${to.secretToken}-forged`), body)
      stats.forged++
      if (status >= 200 && status < 300) stats.forgedAccepted++
    }
    const { status, error, retryAfterMs, text } = await through.post(
      headersOf(to.secretToken),
      body,
    )
    inFlight--
    if (closed) return
    stats.posts++
    if (status >= 200 && status < 300) {
      stats.events++
      const call = jsonBody(Buffer.from(text))
      if (call) answered(call)
      chat.failures = 0
      // Unless getUpdates or a dropping setWebhook took it meanwhile.
      if (chat.queue[0] === head) {
        chat.queue.shift()
        queued--
      }
      next(chat)
    } else {
      stats.failedPosts++
      const message = error ?? `Wrong response from the webhook: ${status}`
      lastError = { atMs: nowMs(), message }
      const doubled = pace.retryBaseMs * 2 ** Math.max(0, chat.failures - 1)
      const wait = chat.failures === 0 ? 0 : Math.min(doubled, pace.retryCapMs)
      chat.failures++
      timers.after(Math.max(1, Math.min(retryAfterMs ?? wait, pace.retryCapMs)), () => next(chat))
    }
    pump()
  }

  function next(chat: Chat) {
    if (chat.queue.length > 0) {
      ready.push(chat)
      pump()
    } else {
      chat.busy = false
      chats.delete(chat.id)
    }
  }

  return {
    get hook() {
      return hook
    },
    set hook(value) {
      const old = target
      hook = value
      target = value ? poster(value.url, pace.connections, pace.timeoutMs) : undefined
      lastError = null
      void old?.close()
      pump()
    },
    emit(id, update, marks) {
      if (closed) return
      let chat = chats.get(id)
      if (!chat) {
        chat = { id, queue: [], failures: 0, busy: false }
        chats.set(id, chat)
      }
      const copies = marks.has('duplicate-webhook') ? 2 : 1
      for (let copy = 0; copy < copies; copy++) {
        chat.queue.push({ update, forge: copy === 0 && marks.has('bad-signature') })
        queued++
      }
      if (chat.busy) return
      chat.busy = true
      ready.push(chat)
      pump()
    },
    waiting: () =>
      [...chats.values()]
        .flatMap(({ queue }) => queue.map(({ update }) => update))
        .sort((a, b) => a.update_id - b.update_id),
    drop(upTo = Number.POSITIVE_INFINITY) {
      for (const chat of chats.values()) {
        const kept = chat.queue.filter(({ update }) => update.update_id > upTo)
        queued -= chat.queue.length - kept.length
        chat.queue.splice(0, chat.queue.length, ...kept)
      }
    },
    get lastError() {
      return lastError
    },
    get pending() {
      return hook ? queued : 0
    },
    stats,
    async close() {
      closed = true
      await target?.close()
    },
  }
}

function headersOf(secretToken: string): { readonly [name: string]: string } {
  const headers = { 'content-type': 'application/json' }
  return secretToken === ''
    ? headers
    : { ...headers, 'x-telegram-bot-api-secret-token': secretToken }
}
