import { Chat4AllError } from '../contract/errors.ts'
import { engineHeaders } from '../contract/headers.ts'
import type { Headers, NewRecord, Position } from '../contract/record.ts'
import { derivedNames } from '../pipeline/model.ts'

export interface DeadLetter {
  readonly stageId: string
  readonly key: string
  /** The bytes as they came: what is wrong with them can be looked at, mended and redriven. */
  readonly value: Uint8Array | null
  readonly headers: Headers
  readonly position: Position
  readonly code: string
  readonly reason: string
  readonly attempts: number
  readonly nowMs: number
}

/** The record for the stage's dead letter topic: original bytes and headers, and why. */
export function deadLetterRecord(letter: DeadLetter): NewRecord {
  const { topic, partition, offset } = letter.position
  return {
    topic: derivedNames.deadLetters(letter.stageId),
    key: letter.key,
    value: letter.value,
    partition,
    headers: {
      ...letter.headers,
      // A parked record keeps the origin it had before the park.
      [engineHeaders.origin]:
        letter.headers[engineHeaders.origin] ?? `${topic}/${partition}/${offset}`,
      [engineHeaders.deadStage]: letter.stageId,
      [engineHeaders.deadCode]: letter.code,
      [engineHeaders.deadReason]: letter.reason,
      [engineHeaders.deadAt]: String(letter.nowMs),
      [engineHeaders.deadAttempts]: String(letter.attempts),
    },
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Chat4AllError ? error.code : 'C4A_STAGE_FAILED'
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
