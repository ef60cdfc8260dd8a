import { Chat4AllError, isCode } from '../topology/contract/errors.ts'
import type { StoredRecord } from '../topology/contract/record.ts'
import type { Broker, PartitionEnds } from '../topology/ports/broker.ts'
import type { Codec } from '../topology/ports/codec.ts'

/** A topic from any place on, as a connection shows it. */
export interface TopicReader<Entry> {
  /** By partition number, without gaps. Throws C4A_UNAVAILABLE while the log is away, and where the pipeline has no such topic. */
  ends(): Promise<readonly PartitionEnds[]>
  /** Throws C4A_UNAVAILABLE. */
  read(
    partition: number,
    offset: number,
    maxRecords: number,
    maxWaitMs: number,
  ): Promise<readonly Entry[]>
}

interface Contents<Entry> {
  readonly topic: string
  readonly type: Parameters<Codec['learn']>[0]
  readonly entryOf: (record: StoredRecord) => Entry
  /** What cannot be read when the log is away, for the sentence that says so. */
  readonly what: string
}

export function topicReader<Entry>(
  { broker, codec }: { readonly broker: Broker; readonly codec: Codec },
  { topic, type, entryOf, what }: Contents<Entry>,
): TopicReader<Entry> {
  function away(cause: unknown): never {
    const isUnknown = isCode(cause, 'C4A_TOPIC_UNKNOWN')
    const why = isUnknown ? `pipeline.yaml has no topic ${topic}` : 'the log does not answer'
    const todo = 'Try again in a moment, from the same cursor: nothing is missed'
    const said = { what: `${what} cannot be read now`, why, todo }
    throw new Chat4AllError('C4A_UNAVAILABLE', said, { cause })
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
      await codec.learn(type, records.flatMap(bytesOf)).catch(away)
      return records.map(entryOf)
    },
  }
}

const bytesOf = ({ value }: StoredRecord) => value ?? []
