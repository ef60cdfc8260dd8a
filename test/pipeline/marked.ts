/** Cuts the mark `@@` out of a text and says where it stood: line and column from 1. */
export function marked(text: string): { text: string; line: number; column: number } {
  const at = text.indexOf('@@')
  if (at === -1 || text.indexOf('@@', at + 1) !== -1) throw new Error('exactly one @@ is wanted')
  const before = text.slice(0, at).split('\n')
  const line = before.length
  const column = (before.at(-1)?.length ?? 0) + 1
  return { text: text.slice(0, at) + text.slice(at + 2), line, column }
}
