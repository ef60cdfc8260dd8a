import { isTextAt } from './is-text-at.ts'

/** Longer texts (ids) rarely come twice. */
const longest = 24
const slots = 4096

/**
 * Short texts that come again and again in records: tenants, channels, kinds, names of metadata. Looking one up by
 * its bytes costs a third of making it anew, and makes no garbage. A text has one slot, and gets it when it was the last to want it
 * before, too: what comes once is not kept, since it would be garbage that has grown old.
 */
export class KnownTexts {
  readonly longest = longest
  readonly #texts: string[] = new Array<string>(slots).fill('')
  /** By slot, a number made of the text that wanted it last. */
  readonly #wanted = new Int32Array(slots)

  /** The text of these bytes; undefined when it is not known. */
  find(bytes: Uint8Array, start: number, end: number): string | undefined {
    const length = end - start
    if (length > longest) return undefined
    const text = this.#texts[slotOf(bytes, start, end)]
    // A code unit is a byte in ASCII, and only there: other texts are longer in bytes than in code units.
    if (text === undefined || text.length !== length) return undefined
    return isTextAt(text, bytes, start) ? text : undefined
  }

  /** It is found from the second time on. Not where it is too long, or not ASCII. */
  keep(text: string, bytes: Uint8Array, start: number, end: number): void {
    if (end - start > longest || text.length !== end - start) return
    const slot = slotOf(bytes, start, end)
    const mark = markOf(text)
    if (this.#wanted[slot] === mark) this.#texts[slot] = text
    else this.#wanted[slot] = mark
  }
}

/** Of all characters. Two texts of one number are both kept a little early. */
function markOf(text: string): number {
  let mark = text.length
  for (let at = 0; at < text.length; at++) mark = (Math.imul(mark, 31) + text.charCodeAt(at)) | 0
  return mark
}

/** A few bytes are enough to keep names apart; which is the text, `find` compares. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  const first = bytes[start] ?? 0
  const middle = bytes[start + (length >> 1)] ?? 0
  const last = ((bytes[end - 2] ?? 0) << 5) ^ (bytes[end - 1] ?? 0)
  return (length * 31 + first * 37 + middle * 641 + last * 17) & (slots - 1)
}
