import type { Message, Rejection } from '../../../schemas/types.ts'
import { compare } from './history-view.ts'

/** One accepted request as the tables hold it; any part may be the first to arrive. */
export interface Submission {
  readonly message: Message | null
  /** Why the message itself went no further. */
  readonly rejection: Rejection | null
  /** For what reasons it was refused as a repetition of another request; empty where it never was. */
  readonly refusals: ReadonlySet<string>
}

/**
 * The submission that is the message: the first one accepted that is no repetition.
 * A rejected record that nobody could decode has no message; its rejection stands for it.
 */
export function standing<One extends Submission>(submissions: readonly One[]): One | undefined {
  const candidates = submissions.filter((one) => !isRepetition(one, submissions))
  const accepted = candidates.filter(({ message }) => message !== null)
  return (accepted.length > 0 ? accepted : candidates).toSorted(byAcceptance)[0]
}

/**
 * A repetition is what was refused as one, and leaves the message to another request under its id.
 *
 * Where the window of what was seen is lost between two requests, and the record of the first is read again after that of
 * the second, each was let pass once and refused once as the duplicate of the other. Both cannot be: of duplicates among
 * which none is known that never was refused, the first one accepted is the message. They say the same, and deliveries
 * belong to the message id, so it is shown with the status of what went out.
 *
 * A single duplicate stays one: what it repeats was forgotten, or is yet to be heard of. So does what used an id again for
 * other content: the content that went out may be one that is not known.
 *
 * The SQL of postgres/standing-rows.ts says the same; the conformance suite of the history holds the two together.
 */
export function isRepetition(one: Submission, ofMessage: readonly Submission[]): boolean {
  return one.refusals.size > 0 && one !== firstOfEachOther(ofMessage)
}

function firstOfEachOther(ofMessage: readonly Submission[]): Submission | undefined {
  const known = ofMessage.filter(({ message }) => message !== null)
  if (known.some(({ refusals }) => refusals.size === 0)) return undefined
  const duplicates = known.filter(({ refusals }) => refusals.has('duplicate'))
  return duplicates.length > 1 ? duplicates.toSorted(byAcceptance)[0] : undefined
}

function byAcceptance(a: Submission, b: Submission): number {
  return acceptedAt(a) - acceptedAt(b) || compare(submissionId(a), submissionId(b))
}

const acceptedAt = ({ message, rejection }: Submission): number =>
  message?.acceptedAt ?? rejection?.rejectedAt ?? 0
const submissionId = ({ message, rejection }: Submission): string =>
  message?.submissionId ?? rejection?.submissionId ?? ''
