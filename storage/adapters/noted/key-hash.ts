/**
 * 52 bits of a text: what an index is made of instead of the text itself, which stands in the row. Keys come in no order, so that each dirties a page of
 * its index; the fewer pages it has, the less is written.
 */
export function keyHash(text: string): number {
  let low = 0x811c9dc5
  let high = 0x9e3779b9
  for (let nth = 0; nth < text.length; nth++) {
    const code = text.charCodeAt(nth)
    low = Math.imul(low ^ code, 0x01000193)
    high = Math.imul(high + code, 0x85ebca6b) ^ (high >>> 15)
  }
  low ^= low >>> 16
  return (high & 0xfffff) * 0x100000000 + (low >>> 0)
}
