import type { Mark } from './fault-names.ts'
import type { FaultPlan } from './fault-plan.ts'
import { type HeldEvents, heldEvents } from './held-events.ts'
import { metaBody, metaSignature } from './meta-body.ts'
import { type Poster, poster } from './poster.ts'
import type { SimulatorAccount, WebhookPace } from './settings.ts'
import type { Timers } from './timers.ts'

export type MetaObject = 'whatsapp_business_account' | 'page' | 'instagram'

/** One event, before it is put among others into a body. */
export interface MetaEvent {
  readonly account: SimulatorAccount
  /** WhatsApp: which list of `value` it belongs to. Pages and Instagram: always `messaging`. */
  readonly list: 'messages' | 'statuses' | 'messaging'
  readonly item: object
  /** WhatsApp: who wrote. */
  readonly contact?: object
}

/** Builds the `entry` list of one POST. */
export type EntriesOf = (events: readonly MetaEvent[], nowMs: number) => readonly object[]

export interface MetaWebhooks {
  /** Dropped silently when the account has no receiver. */
  emit(event: MetaEvent, marks: ReadonlySet<Mark>): void
  /** The subscription's GET, as Meta makes it when a callback is set. True when the challenge came back. */
  handshake(account: SimulatorAccount): Promise<boolean>
  readonly stats: WebhookStats
  readonly pending: number
  close(): Promise<void>
}

export interface WebhookStats {
  posts: number
  events: number
  failedPosts: number
  dropped: number
  forged: number
  /** Forged ones that the receiver took for good: must stay 0. */
  forgedAccepted: number
}

interface Batch {
  readonly events: readonly MetaEvent[]
  attempt: number
}

interface Receiver {
  readonly url: string
  readonly secret: string
  readonly poster: Poster
  queue: MetaEvent[]
  /** How much of `queue` is gone already: a backlog of a dead hub is long, and is not copied for each POST. */
  head: number
  /** Refused or unanswered, in the order in which they failed, or held to be a POST of its own; they go before what is new. */
  readonly again: Batch[]
  readonly held: HeldEvents
  inFlight: number
  flushing: boolean
  failuresInARow: number
  paused: boolean
}

/**
 * Posts events of one platform with Meta's behaviour: many events in a POST, any answer but 200 means
 * once more after a growing wait, in no promised order. While a receiver does not answer, one wait
 * holds all its events, so that a dead hub is knocked at, not hammered.
 */
export function metaWebhooks(
  object: MetaObject,
  entriesOf: EntriesOf,
  pace: WebhookPace,
  timers: Timers,
  nowMs: () => number,
  plan: () => Pick<FaultPlan, 'reorderMs' | 'holdMs'>,
): MetaWebhooks {
  const receivers = new Map<string, Receiver>()
  const stats = { posts: 0, events: 0, failedPosts: 0, dropped: 0, forged: 0, forgedAccepted: 0 }
  let closed = false

  function receiverOf({ webhookUrl, secret = '' }: SimulatorAccount): Receiver | undefined {
    if (webhookUrl === undefined) return undefined
    const key = `${secret} ${webhookUrl}`
    let receiver = receivers.get(key)
    if (!receiver) {
      const again: Batch[] = []
      const created: Receiver = {
        url: webhookUrl,
        secret,
        poster: poster(webhookUrl, pace.connections, pace.timeoutMs),
        queue: [],
        head: 0,
        again,
        held: heldEvents(timers, (events) => {
          again.push({ events, attempt: 0 })
          pump(created)
        }),
        inFlight: 0,
        flushing: false,
        failuresInARow: 0,
        paused: false,
      }
      receivers.set(key, created)
      receiver = created
    }
    return receiver
  }

  function enqueue(receiver: Receiver, event: MetaEvent) {
    if (closed) return
    receiver.queue.push(event)
    if (receiver.queue.length - receiver.head > pace.maxQueued) {
      const oldest = Math.ceil(pace.maxQueued / 10)
      receiver.head += oldest
      stats.dropped += oldest
    }
    if (receiver.flushing || receiver.paused) return
    receiver.flushing = true
    // At least a turn of the loop later: the answer to the request goes out first, as a rule.
    timers.after(Math.max(pace.lingerMs, 1), () => {
      receiver.flushing = false
      pump(receiver)
    })
  }

  function pump(receiver: Receiver) {
    while (!receiver.paused && receiver.inFlight < pace.connections) {
      const batch = receiver.again.shift() ?? freshBatch(receiver)
      if (!batch) return
      receiver.inFlight++
      void post(receiver, batch)
    }
  }

  function freshBatch(receiver: Receiver): Batch | undefined {
    const { queue, head } = receiver
    if (queue.length === head) return undefined
    const events = queue.slice(head, head + pace.maxBatch)
    receiver.head += events.length
    if (receiver.head > 1000 && receiver.head * 2 > queue.length) {
      receiver.queue = queue.slice(receiver.head)
      receiver.head = 0
    }
    return { events, attempt: 0 }
  }

  async function post(receiver: Receiver, batch: Batch) {
    const body = metaBody({ object, entry: entriesOf(batch.events, nowMs()) })
    const { status, retryAfterMs } = await receiver.poster.post(
      {
        'content-type': 'application/json',
        'user-agent': 'facebookexternalua',
        'x-hub-signature-256': metaSignature(body, receiver.secret),
      },
      body,
    )
    receiver.inFlight--
    if (closed) return
    stats.posts++
    if (status === 200) {
      stats.events += batch.events.length
      receiver.failuresInARow = 0
    } else {
      stats.failedPosts++
      batch.attempt++
      receiver.again.push(batch)
      hold(receiver, retryAfterMs)
    }
    pump(receiver)
  }

  function hold(receiver: Receiver, retryAfterMs: number | null) {
    if (receiver.paused) return
    receiver.paused = true
    const wait = Math.min(pace.retryCapMs, pace.retryBaseMs * 2 ** receiver.failuresInARow++)
    timers.after(Math.max(1, Math.min(retryAfterMs ?? wait, pace.retryCapMs)), () => {
      receiver.paused = false
      pump(receiver)
    })
  }

  /** The same event under a signature made with another key, in a POST of its own. */
  async function forge(receiver: Receiver, event: MetaEvent) {
    const body = metaBody({ object, entry: entriesOf([event], nowMs()) })
    const signature = metaSignature(body, `${receiver.secret} forged`)
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature }
    receiver.inFlight++
    const { status } = await receiver.poster.post(headers, body)
    receiver.inFlight--
    stats.forged++
    if (status >= 200 && status < 300) stats.forgedAccepted++
    if (closed) return
    enqueue(receiver, event)
    pump(receiver)
  }

  return {
    emit(event, marks) {
      const receiver = receiverOf(event.account)
      if (!receiver) return
      const send = () => {
        if (marks.has('bad-signature')) void forge(receiver, event)
        else if (marks.has('mixed-batch')) receiver.held.untilMixed(event, plan().holdMs)
        else if (marks.has('large-body')) receiver.held.untilWhole(event)
        else enqueue(receiver, event)
        // Copies in POSTs of their own, some time later.
        const copies = marks.has('late-replay') ? 2 : marks.has('duplicate-webhook') ? 1 : 0
        for (let copy = 1; copy <= copies; copy++) {
          timers.after(copy * (2 * pace.lingerMs + 5), () => enqueue(receiver, event))
        }
      }
      timers.after(marks.has('reordered-webhooks') ? plan().reorderMs : 0, send)
    },
    async handshake(account) {
      const receiver = receiverOf(account)
      if (!receiver) return false
      const challenge = String(1_000_000_000 + Math.floor(nowMs() % 1_000_000_000))
      const query = new URLSearchParams({
        'hub.mode': 'subscribe',
        'hub.challenge': challenge,
        'hub.verify_token': account.verifyToken ?? '',
      })
      try {
        const { status, text } = await receiver.poster.get(query.toString())
        return status === 200 && text === challenge
      } catch {
        return false
      }
    },
    stats,
    get pending() {
      let count = 0
      for (const { queue, head, again, held, inFlight } of receivers.values()) {
        count += queue.length - head + held.count + inFlight
        for (const { events } of again) count += events.length
      }
      return count
    },
    async close() {
      closed = true
      await Promise.all([...receivers.values()].map((receiver) => receiver.poster.close()))
    },
  }
}
