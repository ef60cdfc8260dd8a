import { Chat4AllError } from '../../contract/errors.ts'
import type { TopicPartition } from '../../contract/record.ts'
import { logFaults } from '../embedded/log-faults.ts'
import { errorCode, kafkaError } from './wire/kafka-error.ts'

/** The refusals that only Kafka has; the others read as those of the embedded logs do. */
export const kafkaFaults = {
  recordRefused({ topic, partition }: TopicPartition, code: number): Chat4AllError {
    const tooLarge = code === errorCode.messageTooLarge || code === errorCode.recordListTooLarge
    return new Chat4AllError(tooLarge ? 'C4A_RECORD_TOO_LARGE' : 'C4A_RECORD_UNENCODABLE', {
      what: `Kafka refuses a record for partition ${partition} of topic '${topic}'`,
      why: tooLarge
        ? "it is larger than the topic's max.message.bytes"
        : `the broker answers with error ${code} (32 is a time that it does not take, 87 a bad record)`,
      todo: tooLarge
        ? 'Keep large content as a blob and send its id, or raise the setting'
        : "Look at the record's time and at the topic's message.timestamp settings",
    })
  },

  /** What a call to Kafka ended with, as one of our errors. */
  of(what: string, error: unknown): Chat4AllError {
    if (error instanceof Chat4AllError) return error
    return logFaults.unreachable(what, kafkaError(error).message, error)
  },
}
