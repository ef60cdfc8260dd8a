import { isTextAt } from './is-text-at.ts'

const places = 4

/** The texts that were made last, all of as many bytes as characters. */
export class LastTexts {
  readonly #texts: string[] = new Array<string>(places).fill('')
  #next = 0

  /** The text of these bytes; undefined where it is none of them. */
  find(bytes: Uint8Array, start: number, end: number): string | undefined {
    for (let place = 0; place < places; place++) {
      const text = this.#texts[place] ?? ''
      if (text.length === end - start && isTextAt(text, bytes, start)) return text
    }
    return undefined
  }

  keep(text: string): void {
    this.#texts[this.#next] = text
    this.#next = (this.#next + 1) % places
  }
}
