import { type EventJson, eventJson } from '../../domain/event-json.ts'
import type { Event } from '../../schemas/types.ts'
import { Chat4AllError, isCode } from '../../topology/contract/errors.ts'
import type { StoredRecord } from '../../topology/contract/record.ts'
import type { PartitionEnds } from '../../topology/ports/broker.ts'
import type { GatewayTools } from '../tools.ts'

/** One record of the events topic. */
export interface EventEntry {
  readonly partition: number
  readonly offset: number
  readonly timestampMs: number
  readonly tenant: string
  /** Made once, however many streams show it. Null for a record that nobody can read. */
  readonly event: EventJson | null
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

  function entryOf({ partition, offset, timestampMs, value }: StoredRecord): EventEntry {
    try {
      const event = codec.decode('Event', value ?? nothing) as Event
      return { partition, offset, timestampMs, tenant: event.tenant, event: eventJson(event) }
    } catch (error) {
      if (isCode(error, 'C4A_SCHEMA_UNKNOWN')) throw error
      log.error({ err: error, partition, offset }, 'an event is unreadable and was passed over')
      return { partition, offset, timestampMs, tenant: '', event: null }
    }
  }

  async function decoded(records: readonly StoredRecord[]): Promise<readonly EventEntry[]> {
    try {
      return records.map(entryOf)
    } catch (error) {
      if (!isCode(error, 'C4A_SCHEMA_UNKNOWN')) throw error
      await codec.learn(
        'Event',
        records.flatMap(({ value }) => (value === null ? [] : [value])),
      )
      return records.map(entryOf)
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
      return decoded(records).catch(away)
    },
  }
}

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
