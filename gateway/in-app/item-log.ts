import type { InAppItem } from '../../schemas/types.ts'
import { Chat4AllError, isCode } from '../../topology/contract/errors.ts'
import type { StoredRecord } from '../../topology/contract/record.ts'
import type { PartitionEnds } from '../../topology/ports/broker.ts'
import type { GatewayTools } from '../tools.ts'

/** One record of the items, for whomever it is. */
export interface ItemEntry {
  readonly partition: number
  readonly offset: number
  /** Whom it is for. */
  readonly key: string
  /** Null for a record that nobody can read. Decoded when it is first asked for and once, however many sockets show it. */
  item(): InAppItem | null
}

/** The topic of items. */
export interface ItemLog {
  /** Where the items of a key stand. */
  partitionOf(key: string): Promise<number>
  /** By partition number, without gaps. Throws C4A_UNAVAILABLE while the log is away, and where the pipeline has no such topic. */
  ends(): Promise<readonly PartitionEnds[]>
  /** Throws C4A_UNAVAILABLE. */
  read(
    partition: number,
    offset: number,
    maxRecords: number,
    maxWaitMs: number,
  ): Promise<readonly ItemEntry[]>
}

type LogTools = Pick<GatewayTools, 'broker' | 'codec' | 'log' | 'inApp'>

export function itemLog({ broker, codec, log, inApp }: LogTools): ItemLog {
  const { topic } = inApp
  let partitions: number | undefined
  let asking: Promise<readonly PartitionEnds[]> | undefined

  function entryOf({ partition, offset, key, value }: StoredRecord): ItemEntry {
    let decoded: InAppItem | null | undefined
    return {
      partition,
      offset,
      key,
      item() {
        if (decoded === undefined) decoded = decode(partition, offset, value ?? nothing)
        return decoded
      },
    }
  }

  function decode(partition: number, offset: number, value: Uint8Array): InAppItem | null {
    try {
      return codec.decode('InAppItem', value) as InAppItem
    } catch (error) {
      log.error({ err: error, partition, offset }, 'an in-app item is unreadable: passed over')
      return null
    }
  }

  /** One question on its way, however many sockets come at once. */
  function ends(): Promise<readonly PartitionEnds[]> {
    asking ??= broker
      .ends(topic)
      .then((found) => [...found].sort((a, b) => a.partition - b.partition), away)
      .finally(() => {
        asking = undefined
      })
    return asking
  }

  return {
    ends,
    async partitionOf(key) {
      // A keyed topic never gets more partitions.
      partitions ??= (await ends()).length
      return inApp.partitionOf(key, partitions)
    },
    async read(partition, offset, maxRecords, maxWaitMs) {
      const from = { topic, partition, offset }
      const records = await broker.read(from, { maxRecords, maxWaitMs }).catch(away)
      // Whatever wrote them: decoding is then synchronous, and may wait until somebody asks.
      await codec
        .learn(
          'InAppItem',
          records.flatMap(({ value }) => value ?? []),
        )
        .catch(away)
      return records.map(entryOf)
    },
  }
}

const nothing = new Uint8Array()

function away(cause: unknown): never {
  const isUnknown = isCode(cause, 'C4A_TOPIC_UNKNOWN')
  throw new Chat4AllError(
    'C4A_UNAVAILABLE',
    {
      what: 'What is for this person cannot be read now',
      why: isUnknown ? 'pipeline.yaml has no topic in-app.items' : 'the log does not answer',
      todo: 'Try again in a moment, from the same cursor: nothing is missed',
    },
    { cause },
  )
}
