/** What an error of kafkajs, or of a broker through it, says. Its classes are not compared: names and codes are its interface. */
export interface KafkaError {
  /** The protocol's name of it, such as `NOT_LEADER_FOR_PARTITION`; undefined for what happened on this side. */
  readonly type: string | undefined
  readonly message: string
  /** The connection is gone or does not answer: nobody knows what became of the request. */
  readonly isTransport: boolean
}

const transport = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSLockTimeout',
  'KafkaJSTimeout',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSTopicMetadataNotLoaded',
  'KafkaJSGroupCoordinatorNotFound',
])

export function kafkaError(error: unknown): KafkaError {
  if (!(error instanceof Error)) {
    return { type: undefined, message: String(error), isTransport: false }
  }
  // `retries exceeded` wraps what was tried again.
  const within = error.name === 'KafkaJSNumberOfRetriesExceeded' ? error.cause : undefined
  if (within instanceof Error) return kafkaError(within)
  const type = 'type' in error && typeof error.type === 'string' ? error.type : undefined
  return { type, message: error.message, isTransport: transport.has(error.name) }
}

/** Codes of the protocol that we act on, by number, as they stand in answers that are read here. */
export const errorCode = {
  none: 0,
  offsetOutOfRange: 1,
  unknownTopic: 3,
  leaderNotAvailable: 5,
  notLeader: 6,
  requestTimedOut: 7,
  messageTooLarge: 10,
  recordListTooLarge: 18,
  notEnoughReplicas: 19,
  notEnoughReplicasAfterAppend: 20,
  topicAuthorizationFailed: 29,
  invalidTimestamp: 32,
  outOfOrderSequence: 45,
  invalidProducerEpoch: 47,
  invalidProducerIdMapping: 49,
  unknownProducerId: 59,
  storageError: 56,
  fencedLeaderEpoch: 74,
  unknownLeaderEpoch: 75,
  invalidRecord: 87,
} as const

/** Who leads the partition has changed, or is about to: metadata is out of date. */
const moved: ReadonlySet<number> = new Set([
  errorCode.unknownTopic,
  errorCode.leaderNotAvailable,
  errorCode.notLeader,
  errorCode.storageError,
  errorCode.fencedLeaderEpoch,
  errorCode.unknownLeaderEpoch,
])

export function hasMoved(code: number): boolean {
  return moved.has(code)
}

/** The broker does not know the producer, or misses numbers of it. */
const unknownProducer: ReadonlySet<number> = new Set([
  errorCode.outOfOrderSequence,
  errorCode.invalidProducerEpoch,
  errorCode.invalidProducerIdMapping,
  errorCode.unknownProducerId,
])

export function isUnknownProducer(code: number): boolean {
  return unknownProducer.has(code)
}

/** A record of the batch is such that the broker will never take it. */
const refusals: ReadonlySet<number> = new Set([
  errorCode.messageTooLarge,
  errorCode.recordListTooLarge,
  errorCode.invalidTimestamp,
  errorCode.invalidRecord,
])

export function isRefusal(code: number): boolean {
  return refusals.has(code)
}
