import type { ButtonsContent, ListContent } from '../domain/content.ts'
import { textSentence } from './text-sentence.ts'
import { urlSentence } from './url-sentence.ts'

const maxTitle = 255
const most = 100

/** What is wrong with buttons or a list, but for their text; undefined when nothing is. */
export function menuSentence(content: ButtonsContent | ListContent): string | undefined {
  if (content.type === 'buttons') {
    const { buttons } = content
    return buttonsSentence(buttons) ?? repeated('buttons', buttons)
  }
  const rows = content.sections.flatMap((section) => section.rows)
  if (content.sections.some((section) => section.rows.length === 0)) return 'A section has no rows.'
  if (content.sections.length > 1 && content.sections.some(({ title }) => title === undefined)) {
    return 'Where there are several sections, each has a title.'
  }
  return (
    countSentence('rows', rows) ??
    textSentence('button', content.button, maxTitle) ??
    rows.map(({ title }) => textSentence("a row's title", title, maxTitle)).find(Boolean) ??
    repeated('rows', rows)
  )
}

function buttonsSentence(buttons: ButtonsContent['buttons']): string | undefined {
  const count = countSentence('buttons', buttons)
  if (count) return count
  for (const { title, id, url } of buttons) {
    const sentence =
      textSentence("a button's title", title, maxTitle) ??
      ((id === undefined) === (url === undefined)
        ? 'A button has exactly one of id and url.'
        : url === undefined
          ? undefined
          : urlSentence("a button's url", url))
    if (sentence) return sentence
  }
  return undefined
}

const countSentence = (what: string, items: readonly unknown[]): string | undefined =>
  items.length === 0 || items.length > most ? `${what} are 1 to ${most}.` : undefined

/** Two of one id could not be told apart when tapped, and platforms refuse two of one title. */
function repeated(
  what: string,
  items: readonly { readonly id?: string; readonly title: string }[],
): string | undefined {
  const ids = items.flatMap(({ id }) => (id === undefined ? [] : [id]))
  const titles = items.map(({ title }) => title)
  const isRepeated = (all: readonly string[]) => new Set(all).size < all.length
  if (isRepeated(ids)) return `Two ${what} have the same id.`
  return isRepeated(titles) ? `Two ${what} have the same title.` : undefined
}
