import type { NewRecord } from '../../contract/record.ts'
import { encodeFrame, type FrameValue, frameBound } from './frame-codec.ts'
import type { FrameMemory } from './frame-memory.ts'
import type { FrameRoom } from './frame-room.ts'
import { HeaderWriter } from './header-writer.ts'

/** Frames that stand one after another, in offset order without gaps: a segment of the commit to come. */
export interface FrameRun {
  readonly memory: FrameMemory
  /** The offset of the first record. */
  readonly first: number
  count: number
  /** So many of the bytes are frames. */
  length: number
  maxMs: number
}

/**
 * What was appended to one partition and waits for a commit: bytes, as they will stand in the log. Records kept as
 * objects until their commit would be copied about by every collection of young garbage.
 */
export class FrameRuns {
  readonly #room: FrameRoom
  readonly #headers = new HeaderWriter()
  #runs: FrameRun[] = none
  /** The last of them, where more can be added to it. */
  #open: FrameRun | undefined = undefined

  constructor(room: FrameRoom) {
    this.#room = room
  }

  get isEmpty(): boolean {
    return this.#runs.length === 0
  }

  /**
   * Records come in offset order without gaps. Answers how many bytes it takes. Throws what a value that is written in its place
   * throws: then there is no frame of it.
   */
  add(
    offset: number,
    { key, headers: own }: Pick<NewRecord, 'key' | 'headers'>,
    value: FrameValue,
    timestampMs: number,
  ): number {
    const headers = this.#headers
    const bound = frameBound(key, headers.next(own), value)
    const open = this.#open
    // Should it throw, the headers of this record are taken for those of the frame before, which there is none of: a new run has all again.
    this.#open = undefined
    const run =
      open !== undefined && open.length + bound <= open.memory.bytes.byteLength
        ? open
        : { memory: this.#room.take(bound), first: offset, count: 0, length: 0, maxMs: 0 }
    const { first, length } = run
    const { memory } = run
    const end = encodeFrame(memory, length, offset - first, key, value, headers, timestampMs)
    if (end > memory.bytes.byteLength) throw new RangeError('a value is longer than its bound')
    run.length = end
    if (run.count === 0) this.#begin(run)
    run.count += 1
    if (timestampMs > run.maxMs) run.maxMs = timestampMs
    this.#open = run
    return end - length
  }

  #begin(run: FrameRun): void {
    // Mostly there is one: a list that grows would take room for sixteen more.
    if (this.#runs.length === 0) this.#runs = [run]
    else this.#runs.push(run)
  }

  /** All of it, which does not wait any more. Their room is given back by who takes them. */
  take(): readonly FrameRun[] {
    const runs = this.#runs
    this.#runs = none
    this.#open = undefined
    return runs
  }
}

/** Never added to. */
const none: FrameRun[] = []
