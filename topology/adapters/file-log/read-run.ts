import type { Headers } from '../../contract/record.ts'
import { ascii, frameHead } from './frame-form.ts'
import { HeaderReader } from './header-reader.ts'

/** The frames of one run that was read back, for as long as one of its records is held. */
export class ReadRun {
  readonly #source: Buffer
  /** Where each frame begins. */
  readonly #starts: number[] = []
  /** Made for all of them when the first is asked for: a frame may repeat those of the one before, and who reads one reads the others next. */
  #headers: readonly Headers[] | null = null

  constructor(source: Buffer) {
    this.#source = source
  }

  /** The next frame stands here. Answers which one it is. */
  begins(at: number): number {
    return this.#starts.push(at) - 1
  }

  key(nth: number): string {
    const at = this.#starts[nth] ?? 0
    const length = this.#source.readUInt32LE(at + 12)
    const text = at + frameHead
    if (this.#isAscii(at)) return this.#source.toString('latin1', text, text + length)
    return this.#source.toString('utf8', text, this.#textEnd(at)).slice(0, length)
  }

  headers(nth: number): Headers {
    this.#headers ??= this.#allHeaders()
    return this.#headers[nth] ?? {}
  }

  #allHeaders(): readonly Headers[] {
    const source = this.#source
    const reader = new HeaderReader()
    return this.#starts.map((at) => {
      const length = source.readUInt32LE(at + 12)
      const text = at + frameHead
      // In ASCII a key has as many bytes as units.
      return this.#isAscii(at)
        ? reader.read(source.toString('latin1', text + length, this.#textEnd(at)), 0)
        : reader.read(source.toString('utf8', text, this.#textEnd(at)), length)
    })
  }

  #isAscii(at: number): boolean {
    return this.#source.readUInt32LE(at + 16) >= ascii
  }

  #textEnd(at: number): number {
    return at + frameHead + (this.#source.readUInt32LE(at + 16) & ~ascii)
  }
}
