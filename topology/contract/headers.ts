/** Headers that the engine itself writes. */
export const engineHeaders = {
  /** Revision of the pipeline that produced the record. */
  revision: 'c4a-rev',
  /** How many loops the record has gone round. */
  hop: 'c4a-hop',
  /** Present on records of a replay. */
  replayId: 'c4a-replay-id',
  /** `topic/partition/offset` that a parked or dead record came from. */
  origin: 'c4a-origin',
  /** When the record was first held back, milliseconds since 1970 UTC, decimal. */
  firstHeldAt: 'c4a-first-held-at',
  /** On the mark that frees a parked key: the offset in the park up to which its records are finished. */
  finishedThrough: 'c4a-finished-through',
  /** Dead letters: the stage, the error code and the sentence. */
  deadStage: 'c4a-dead-stage',
  deadCode: 'c4a-dead-code',
  deadReason: 'c4a-dead-reason',
  deadAt: 'c4a-dead-at',
  deadAttempts: 'c4a-dead-attempts',
} as const
