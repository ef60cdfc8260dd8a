import type { Edit } from './fault.ts'
import type { Source, SourceMap, Span } from './source.ts'

/** Adds `entry` (`key: value`) to a map, in the form that the file has it in. */
export function insertEntry(source: Source, node: SourceMap, entry: string): Edit {
  const first = node.entries.find(({ usedAt }) => usedAt === null)
  if (node.flow) {
    const from = node.span.from + 1
    const rest = node.entries.length > 0 ? ',' : ' '
    return { from, to: from, text: ` ${entry}${rest}` }
  }
  const from = first?.keySpan.from ?? node.span.from
  const { col } = source.lines.linePos(from)
  return { from, to: from, text: `${entry}\n${' '.repeat(col - 1)}` }
}

/** Takes an entry out: its lines where it stands alone on them, its part of `{ ... }` otherwise. */
export function removeEntry({ text }: Source, key: Span, value: Span): Edit {
  const start = text.lastIndexOf('\n', key.from - 1) + 1
  const newline = text.indexOf('\n', value.to - 1)
  const end = newline === -1 ? text.length : newline + 1
  if (text.slice(start, key.from).trim() === '' && !text.slice(value.to, end).includes('}'))
    return { from: start, to: end, text: '' }
  const after = /^\s*,\s*/.exec(text.slice(value.to))?.[0]
  if (after !== undefined) return { from: key.from, to: value.to + after.length, text: '' }
  const before = /,\s*$/.exec(text.slice(0, key.from))?.[0] ?? ''
  return { from: key.from - before.length, to: value.to, text: '' }
}
