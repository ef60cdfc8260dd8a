import { type EventJson, eventJson } from '../../domain/event-json.ts'
import type { Event } from '../../schemas/types.ts'
import type { StoredRecord } from '../../topology/contract/record.ts'
import type { GatewayTools } from '../tools.ts'
import { type TopicReader, topicReader } from '../topic-reader.ts'

/** One record of the events topic. */
export interface EventEntry {
  readonly partition: number
  readonly offset: number
  readonly timestampMs: number
  /**
   * The event, if it is the tenant's; null for another's, and for a record that nobody can read. Decoded
   * when it is first asked for and once, however many streams show it: most events concern no open stream.
   */
  eventOf(tenant: string): EventJson | null
}

/** The events topic, decoded. */
export type EventLog = TopicReader<EventEntry>

type LogTools = Pick<GatewayTools, 'broker' | 'codec' | 'topics' | 'log'>

export function eventLog({ broker, codec, topics, log }: LogTools): EventLog {
  function entryOf({ partition, offset, timestampMs, key, value }: StoredRecord): EventEntry {
    let decoded: Decoded | undefined
    return {
      partition,
      offset,
      timestampMs,
      eventOf(tenant) {
        // The key says enough to pass over the others'; whose it is, the event says.
        if (!key.startsWith(`${tenant}/`)) return null
        decoded ??= decode(partition, offset, value ?? nothing)
        return decoded.tenant === tenant ? decoded.json : null
      },
    }
  }

  function decode(partition: number, offset: number, value: Uint8Array): Decoded {
    try {
      const event = codec.decode('Event', value) as Event
      return { tenant: event.tenant, json: eventJson(event) }
    } catch (error) {
      log.error({ err: error, partition, offset }, 'an event is unreadable and was passed over')
      return { tenant: null, json: null }
    }
  }

  const contents = { topic: topics.events, type: 'Event', entryOf, what: 'The events' } as const
  return topicReader({ broker, codec }, contents)
}

interface Decoded {
  readonly tenant: string | null
  readonly json: EventJson | null
}

const nothing = new Uint8Array()
