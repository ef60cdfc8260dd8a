import { type EventJson, eventJson } from '../../domain/event-json.ts'
import type { Event } from '../../schemas/types.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { StoredRecord } from '../../topology/contract/record.ts'
import type { PartitionEnds } from '../../topology/ports/broker.ts'
import type { GatewayTools } from '../tools.ts'

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
export interface EventLog {
  /** By partition number, without gaps. Throws C4A_UNAVAILABLE while the log is away. */
  ends(): Promise<readonly PartitionEnds[]>
  /** Throws C4A_UNAVAILABLE. */
  read(
    partition: number,
    offset: number,
    maxRecords: number,
    maxWaitMs: number,
  ): Promise<readonly EventEntry[]>
}

type LogTools = Pick<GatewayTools, 'broker' | 'codec' | 'topics' | 'log'>

export function eventLog({ broker, codec, topics, log }: LogTools): EventLog {
  const topic = topics.events

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

  return {
    async ends() {
      const ends = await broker.ends(topic).catch(away)
      return [...ends].sort((a, b) => a.partition - b.partition)
    },
    async read(partition, offset, maxRecords, maxWaitMs) {
      const from = { topic, partition, offset }
      const records = await broker.read(from, { maxRecords, maxWaitMs }).catch(away)
      // Whatever wrote them: decoding is then synchronous, and may wait until somebody asks.
      await codec.learn('Event', records.flatMap(bytesOf)).catch(away)
      return records.map(entryOf)
    },
  }
}

interface Decoded {
  readonly tenant: string | null
  readonly json: EventJson | null
}

const bytesOf = ({ value }: StoredRecord) => value ?? []
const nothing = new Uint8Array()

function away(cause: unknown): never {
  throw new Chat4AllError(
    'C4A_UNAVAILABLE',
    {
      what: 'The events cannot be read now',
      why: 'the log does not answer',
      todo: 'Try again in a moment, from the same cursor: nothing is missed',
    },
    { cause },
  )
}
