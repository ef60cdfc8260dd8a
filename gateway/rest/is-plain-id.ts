/** Whether JSON has an id as it is, a byte for each character, as far as can be seen at once. */
export function isPlainId(id: string): boolean {
  for (let at = 0; at < id.length; at++) {
    const code = id.charCodeAt(at)
    if (code < 0x20 || code > 0x7e || code === quote || code === backslash) return false
  }
  return true
}

const quote = 0x22
const backslash = 0x5c
