import type { Capabilities } from '../capabilities.ts'
import type { TextEntity } from '../text-entity.ts'

type Markup = NonNullable<Capabilities['markup']>

/** At most so many characters come into a text with the marks of its runs. */
export const markupLength = (entities: readonly TextEntity[], markup: Markup): number =>
  entities.reduce((sum, { type }) => sum + 2 * (markup[type] ?? '').length, 0)

/**
 * A text with the channel's marks around its formatted runs. A mark works only at the edge of a word and on one line, so
 * a run is narrowed to its words, and one that is part of a word or longer than a line is shown without.
 */
export function markedUp(text: string, entities: readonly TextEntity[], markup: Markup): string {
  const marks: { readonly at: number; readonly mark: string; readonly opens: boolean }[] = []
  for (const { type, offset, length } of entities) {
    const mark = markup[type]
    const run = text.slice(offset, offset + length)
    const words = run.trim()
    if (mark === undefined || words === '' || words.includes('\n')) continue
    const start = offset + run.indexOf(words)
    const end = start + words.length
    if (isWord(text[start - 1]) || isWord(text[end])) continue
    marks.push({ at: start, mark, opens: true }, { at: end, mark, opens: false })
  }
  // From the end, so that places before stay right; the inner run's mark is closed first.
  marks.sort((a, b) => b.at - a.at || Number(b.opens) - Number(a.opens))
  let marked = text
  for (const { at, mark } of marks) marked = marked.slice(0, at) + mark + marked.slice(at)
  return marked
}

const isWord = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}]/u.test(character)
