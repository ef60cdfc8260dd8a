import { Chat4AllError } from '../../contract/errors.ts'
import type { TopicPartition } from '../../contract/record.ts'

/** The refusals that all embedded logs share, so that they read the same. */
export const logFaults = {
  topicUnknown(topic: string, known: Iterable<string>): Chat4AllError {
    const names = [...known].slice(0, 12).join(', ') || 'none'
    return new Chat4AllError('C4A_TOPIC_UNKNOWN', {
      what: `Topic '${topic}' does not exist`,
      why: `the log has: ${names}`,
      todo: 'Declare it in pipeline.yaml, or correct the name',
    })
  },
  partitionUnknown({ topic, partition }: TopicPartition, partitions: number): Chat4AllError {
    return new Chat4AllError('C4A_TOPIC_UNKNOWN', {
      what: `Partition ${partition} of topic '${topic}' does not exist`,
      why: `the topic has partitions 0 to ${partitions - 1}`,
      todo: 'Use one of these',
    })
  },
  topicMismatch(topic: string, has: number, wanted: number): Chat4AllError {
    return new Chat4AllError('C4A_TOPIC_MISMATCH', {
      what: `Topic '${topic}' has ${has} partitions`,
      why: `${wanted} are asked for, and changing the count would reorder its keys`,
      todo: `Keep ${has}, or use a topic of another name`,
    })
  },
  badPartitions(topic: string, partitions: number): Chat4AllError {
    return new Chat4AllError('C4A_TOPIC_MISMATCH', {
      what: `Topic '${topic}' cannot have ${partitions} partitions`,
      why: 'the count is a whole number, at least 1',
      todo: 'Correct it in pipeline.yaml',
    })
  },
  tooLarge(topic: string, bytes: number, maxBytes: number): Chat4AllError {
    return new Chat4AllError('C4A_RECORD_TOO_LARGE', {
      what: `A record for topic '${topic}' has ${bytes} bytes`,
      why: `the log takes at most ${maxBytes} bytes a record`,
      todo: 'Keep large content as a blob and send its id',
    })
  },
  fenced(group: string, { topic, partition }: TopicPartition, epoch: number): Chat4AllError {
    return new Chat4AllError('C4A_EPOCH_FENCED', {
      what: `Group '${group}' may not commit partition ${partition} of topic '${topic}' in epoch ${epoch}`,
      why: 'the partition was given to another member, or to this one anew',
      todo: 'Stop working on that partition; its new owner goes on from the last commit',
    })
  },
  groupActive(group: string, members: number): Chat4AllError {
    return new Chat4AllError('C4A_GROUP_ACTIVE', {
      what: `The offsets of group '${group}' cannot be set`,
      why: `it has ${members} member${members === 1 ? '' : 's'} reading`,
      todo: 'Stop them first',
    })
  },
  unreachable(what: string, why: string, cause?: unknown): Chat4AllError {
    return new Chat4AllError(
      'C4A_BROKER_UNREACHABLE',
      { what, why, todo: 'Try again; what was not acknowledged may or may not be there' },
      cause === undefined ? undefined : { cause },
    )
  },
}
