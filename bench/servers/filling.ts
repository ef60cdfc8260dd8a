import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { ConnectorTools, Outbound } from '../../connectors/contract.ts'
import type { Event } from '../../schemas/types.ts'
import type { Broker } from '../../topology/ports/broker.ts'
import type { Codec } from '../../topology/ports/codec.ts'

interface Tools extends Required<Pick<ConnectorTools, 'hand'>> {
  readonly broker: Pick<Broker, 'append'>
  readonly codec: Pick<Codec, 'encode'>
}

type Question = Readonly<Record<string, unknown>>

/** What stages would write, for the cases that look at how the gateway shows it. */
export function filling({ broker, codec, hand }: Tools) {
  return {
    /** Items for `people`, in turn, at a rate; the text of each is when it was handed over. */
    async hand({ people, count, perSecond }: Question) {
      const everyMs = 10
      const each = Math.max(1, Math.round((Number(perSecond) * everyMs) / 1_000))
      const startMs = performance.now()
      for (let done = 0; done < Number(count); done += each) {
        // By the schedule: whoever falls behind makes up for it.
        const dueMs = startMs + (done / Number(perSecond)) * 1_000
        await sleep(Math.max(0, dueMs - performance.now()))
        const now = String(performance.timeOrigin + performance.now())
        const some = Array.from({ length: each }, (_, nth) => done + nth)
        await Promise.all(some.map((nth) => hand(itemFor(nth, Number(people), now), account)))
      }
      return {}
    },

    /** That many events of the tenant. */
    async fill({ count }: Question) {
      for (let from = 0; from < Number(count); from += 1_000) {
        const [first, ...rest] = Array.from({ length: 1_000 }, (_, nth) => eventRecord(from + nth))
        if (first) await broker.append([first, ...rest])
      }
      return {}
    },

    /** Leaves in memory what is used, and no more. */
    collect() {
      setFlagsFromString('--expose-gc')
      runInNewContext('gc')()
      return {}
    },
  }

  function eventRecord(nth: number) {
    const conversationId = `c_${nth % 1_000}`
    const event: Event = {
      eventId: nth.toString(16).padStart(32, '0'),
      tenant: 'default',
      type: 'delivery.delivered',
      occurredAt: 1_763_917_000_000 + nth,
      messageId: `message-${nth}`,
      submissionId: null,
      conversationId,
      participantId: 'p_0123456789abcdefghijkl',
      deliveryId: nth.toString(16).padStart(32, 'd'),
      channel: 'whatsapp',
      status: 'delivered',
      reason: null,
      detail: null,
      data: null,
    }
    return {
      topic: 'events',
      key: `default/${conversationId}`,
      value: codec.encode('Event', event),
      headers: { 'c4a-tenant': 'default' },
      timestampMs: event.occurredAt,
    }
  }
}

const account = { id: 'demo', externalId: 'in-app', secrets: {}, options: {} }

function itemFor(nth: number, people: number, text: string): Outbound {
  const origin = {
    tenant: 'default',
    deliveryId: nth.toString(16).padStart(32, '0'),
    conversationId: `c_${nth % people}`,
    messageId: `m_${nth}`,
    senderId: null,
    senderName: null,
    part: 0,
    parts: 1,
    acceptedAt: 1_763_917_000_000,
  }
  const content = { type: 'text', text } as const
  return { address: `person-${nth % people}`, content, echo: 'none', origin }
}
