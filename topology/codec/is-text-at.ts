/**
 * Whether these bytes are the text, of which it is known that it has as many bytes as characters: then its code units are its bytes. Ids that
 * are alike differ at their end, so that is looked at first.
 */
export function isTextAt(text: string, bytes: Uint8Array, start: number): boolean {
  for (let at = text.length - 1; at >= 0; at--) {
    if (text.charCodeAt(at) !== bytes[start + at]) return false
  }
  return true
}
