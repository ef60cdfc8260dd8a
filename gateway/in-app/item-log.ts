import type { InAppItem } from '../../schemas/types.ts'
import type { StoredRecord } from '../../topology/contract/record.ts'
import type { PartitionEnds } from '../../topology/ports/broker.ts'
import type { GatewayTools } from '../tools.ts'
import { type TopicReader, topicReader } from '../topic-reader.ts'

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
export interface ItemLog extends TopicReader<ItemEntry> {
  /** Where the items of a key stand. */
  partitionOf(key: string): Promise<number>
}

type LogTools = Pick<GatewayTools, 'broker' | 'codec' | 'log' | 'inApp'>

export function itemLog({ broker, codec, log, inApp }: LogTools): ItemLog {
  const contents = {
    topic: inApp.topic,
    type: 'InAppItem',
    entryOf,
    what: 'What is for this person',
  } as const
  const reader = topicReader({ broker, codec }, contents)
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
    asking ??= reader.ends().finally(() => {
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
    read: reader.read,
  }
}

const nothing = new Uint8Array()
