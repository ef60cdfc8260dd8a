import { Chat4AllError } from '../contract/errors.ts'
import { engineHeaders } from '../contract/headers.ts'
import type { Headers, NewRecord, Position } from '../contract/record.ts'
import { derivedNames } from '../pipeline/model.ts'
import type { RunnerContext } from './context.ts'

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
function deadLetterRecord(letter: DeadLetter): NewRecord {
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

/** The dead letter and, with `tell`, what the composition root tells of it. */
export function buried(
  letter: DeadLetter,
  tell: boolean,
  { onDead, meter }: Pick<RunnerContext, 'onDead' | 'meter'>,
): readonly NewRecord[] {
  const record = deadLetterRecord(letter)
  if (!tell || !onDead) return [record]
  try {
    return [record, ...onDead(letter)]
  } catch (error) {
    meter.trouble(letter.stageId, 'nobody could be told of a dead letter', error)
    return [record]
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Chat4AllError ? error.code : 'C4A_STAGE_FAILED'
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
