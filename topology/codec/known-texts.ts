/** Longer texts (ids) rarely come twice. */
const longest = 24
const slots = 4096

/**
 * Short texts that come again and again in records: tenants, channels, kinds, names of metadata. Looking one up by
 * its bytes costs a third of making it anew, and makes no garbage. A text has one slot, and the last one to want it
 * gets it, so that what never comes again does not pile up.
 */
export class KnownTexts {
  readonly #texts: string[] = new Array<string>(slots).fill('')

  /** The text of these bytes; undefined when it is not known. */
  find(bytes: Uint8Array, start: number, end: number): string | undefined {
    const length = end - start
    if (length > longest) return undefined
    const text = this.#texts[slotOf(bytes, start, end)]
    if (text === undefined || text.length !== length) return undefined
    // A code unit is a byte in ASCII, and only there: other texts are longer in bytes than in code units.
    for (let at = 0; at < length; at++) {
      if (text.charCodeAt(at) !== bytes[start + at]) return undefined
    }
    return text
  }

  /** False where it is not kept: it is too long, or not ASCII. */
  keep(text: string, bytes: Uint8Array, start: number, end: number): boolean {
    const isShort = end - start <= longest && text.length === end - start
    if (isShort) this.#texts[slotOf(bytes, start, end)] = text
    return isShort
  }
}

/** A few bytes are enough to keep names apart; which is the text, `find` compares. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  const first = bytes[start] ?? 0
  const middle = bytes[start + (length >> 1)] ?? 0
  const last = ((bytes[end - 2] ?? 0) << 5) ^ (bytes[end - 1] ?? 0)
  return (length * 31 + first * 37 + middle * 641 + last * 17) & (slots - 1)
}
