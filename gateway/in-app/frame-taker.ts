import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { HintFrame, InAppOperations, PersonFrame } from '../operations/in-app.ts'
import { traceparentOf } from '../operations/trace.ts'
import { asChat4AllError } from '../rest/problem.ts'
import { isHint } from './is-hint.ts'
import type { Person } from './person.ts'

/** What is said about a frame that was sent. */
export type FrameAnswer =
  | { readonly type: 'accepted'; readonly id: string }
  | {
      readonly type: 'failed'
      /** Absent for what is no message. */
      readonly id?: string | undefined
      readonly code: string
      readonly detail: string
      /** The same may be sent again as it is. */
      readonly retryable: boolean
    }

interface TakerTools {
  readonly operations: Pick<InAppOperations, 'frame' | 'take'>
  readonly answer: (answer: FrameAnswer) => void
  /** What stands in no log is not this one's. Its failure is answered. */
  readonly hint: (frame: HintFrame) => Promise<void>
  /** True while so much waits that nothing more should be read. */
  readonly full: (isFull: boolean) => void
}

/** While one append is on its way so many frames may wait for the next; then the connection is not read. */
const mostWaiting = 64
/** Hints of one connection that are looked at together. */
const mostHints = 20

/**
 * Takes one connection's frames in their order. While an append is on its way, what comes waits and goes with the next one.
 * When one fails, what waits behind it fails as well: sent on, it would stand before what is sent again.
 */
export class FrameTaker {
  readonly #person: Person
  readonly #tools: TakerTools
  #waiting: PersonFrame[] = []
  #busy = false
  #hints = 0

  constructor(person: Person, tools: TakerTools) {
    this.#person = person
    this.#tools = tools
  }

  /** @param text one frame as it came */
  hear(text: string): void {
    let frame: PersonFrame | HintFrame
    try {
      frame = this.#tools.operations.frame(parsed(text))
    } catch (error) {
      this.#tools.answer(failure(error))
      return
    }
    if (isHint(frame)) {
      void this.#takeHint(frame)
      return
    }
    this.#waiting.push(frame)
    if (this.#waiting.length === mostWaiting) this.#tools.full(true)
    if (!this.#busy) void this.#takeAll()
  }

  /** Watching asks the tables, and nobody may make them busy. */
  async #takeHint(frame: HintFrame): Promise<void> {
    const { hint, answer } = this.#tools
    this.#hints++
    try {
      if (this.#hints > mostHints) throw tooMany()
      await hint(frame)
    } catch (error) {
      answer(failure(error))
    } finally {
      this.#hints--
    }
  }

  async #takeAll(): Promise<void> {
    const { operations, answer, full } = this.#tools
    this.#busy = true
    while (this.#waiting.length > 0) {
      const frames = this.#waiting
      this.#waiting = []
      if (frames.length >= mostWaiting) full(false)
      try {
        await operations.take(this.#person, frames, traceparentOf(undefined))
        for (const frame of frames)
          if (frame.type === 'send') answer({ type: 'accepted', id: frame.id })
      } catch (error) {
        const failed = [...frames, ...this.#waiting]
        if (this.#waiting.length >= mostWaiting) full(false)
        this.#waiting = []
        for (const frame of failed) answer(failure(error, frame))
      }
    }
    this.#busy = false
  }
}

const tooMany = (): Chat4AllError =>
  new Chat4AllError('C4A_TOO_MANY_REQUESTS', {
    what: 'Too much is asked at once',
    why: `${mostHints} conversations are being looked up for this connection`,
    todo: 'Wait for what was asked before',
  })

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The check says what is wrong with it.
    return undefined
  }
}

function failure(thrown: unknown, frame?: PersonFrame): FrameAnswer {
  const { code, message, retryable } = asChat4AllError(thrown)
  const id = frame?.type === 'send' ? frame.id : undefined
  return { type: 'failed', id, code, detail: message, retryable }
}
