import type { FaultCode } from './faults.ts'

/** One thing that is wrong, said so that the reader can mend it. Never holds a secret or a resolved value. */
export interface Fault {
  readonly code: FaultCode
  readonly severity: 'error' | 'warning'
  readonly place: Place
  /** What is wrong, naming the thing; one sentence without its full stop. */
  readonly message: string
  readonly why: string
  /** What to write instead, in words. */
  readonly fix: string
  /** The same as changes to the text, where a program can make them; empty where it takes a person. */
  readonly edits: readonly Edit[]
  /** Other places that have to do with it, such as where an anchor is used. */
  readonly also: readonly { readonly place: Place; readonly note: string }[]
}

export interface Place {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
  /** Offsets into the text, `to` not included. */
  readonly from: number
  readonly to: number
}

/** Replaces the characters from `from` up to `to` (not included) by `text`. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}
