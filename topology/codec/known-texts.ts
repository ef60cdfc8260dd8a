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
  /** Of the slots' texts, one after another: a character of a text costs four times a byte to look at. */
  readonly #bytes = new Uint8Array(slots * longest)
  readonly #lengths = new Uint8Array(slots)
  /** By slot, a number made of the text that wanted it last. */
  readonly #wanted = new Int32Array(slots)

  /** The text of these bytes; undefined when it is not known. */
  find(bytes: Uint8Array, start: number, end: number): string | undefined {
    const length = end - start
    if (length > longest) return undefined
    const slot = slotOf(bytes, start, end)
    if (this.#lengths[slot] !== length) return undefined
    const own = this.#bytes
    const from = slot * longest
    for (let at = 0; at < length; at++) {
      if (own[from + at] !== bytes[start + at]) return undefined
    }
    return this.#texts[slot]
  }

  /** It is found from the second time on. Not where it is too long, or not ASCII. */
  keep(text: string, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start
    if (length > longest || text.length !== length) return
    const slot = slotOf(bytes, start, end)
    const mark = markOf(bytes, start, end)
    if (this.#wanted[slot] !== mark) {
      this.#wanted[slot] = mark
      return
    }
    if (!isAscii(bytes, start, end)) return // they are no UTF-8
    this.#texts[slot] = text
    this.#lengths[slot] = length
    for (let at = 0; at < length; at++) this.#bytes[slot * longest + at] = bytes[start + at] ?? 0
  }
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((bytes[at] ?? 0) > 0x7f) return false
  return true
}

/** Of all bytes. Two texts of one number are both kept a little early. */
function markOf(bytes: Uint8Array, start: number, end: number): number {
  let mark = end - start
  for (let at = start; at < end; at++) mark = (Math.imul(mark, 31) + (bytes[at] ?? 0)) | 0
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
