import type { NewRecord } from '../../contract/record.ts'
import { encodeFrame, frameBound } from './frame-codec.ts'
import type { FrameRoom } from './frame-room.ts'
import { HeaderWriter } from './header-writer.ts'

/** Frames that stand one after another, in offset order without gaps: a segment of the commit to come. */
export interface FrameRun {
  readonly bytes: Buffer
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

  constructor(room: FrameRoom) {
    this.#room = room
  }

  get isEmpty(): boolean {
    return this.#runs.length === 0
  }

  /** Records come in offset order without gaps. Answers how many bytes it takes. */
  add(
    offset: number,
    record: Pick<NewRecord, 'key' | 'value' | 'headers'>,
    timestampMs: number,
  ): number {
    const headers = this.#headers
    const bound = frameBound(record.key, headers.next(record.headers), record.value)
    let run = this.#runs.at(-1)
    if (!run || run.length + bound > run.bytes.byteLength) {
      run = { bytes: this.#room.take(bound), first: offset, count: 0, length: 0, maxMs: 0 }
      // Mostly there is one: a list that grows would take room for sixteen more.
      if (this.#runs.length === 0) this.#runs = [run]
      else this.#runs.push(run)
    }
    const { first, length } = run
    const ahead = offset - first
    run.length = encodeFrame(run.bytes, length, ahead, record, headers, timestampMs)
    run.count += 1
    if (timestampMs > run.maxMs) run.maxMs = timestampMs
    return run.length - length
  }

  /** All of it, which does not wait any more. Their room is given back by who takes them. */
  take(): readonly FrameRun[] {
    const runs = this.#runs
    this.#runs = none
    return runs
  }
}

/** Never added to. */
const none: FrameRun[] = []
