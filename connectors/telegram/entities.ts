import type { TextEntity } from '../contract.ts'
import { countOf, fieldsOf, listOf, textOf } from '../loose-json.ts'

/** Telegram's words for the formatting that we know (core.telegram.org/bots/api#messageentity). */
const names: Readonly<Record<TextEntity['type'], string>> = {
  bold: 'bold',
  italic: 'italic',
  underline: 'underline',
  strikethrough: 'strikethrough',
  spoiler: 'spoiler',
  code: 'code',
  pre: 'pre',
  quote: 'blockquote',
  link: 'text_link',
}
const types: ReadonlyMap<string, TextEntity['type']> = new Map(
  Object.entries(names).map(([type, name]) => [name, type as TextEntity['type']]),
)

/** Most texts have none. */
const none = {}

/** Formatting to and from Telegram, which counts in UTF-16 units as we do. */
export const telegramEntities = {
  write: (entities: readonly TextEntity[]): readonly object[] =>
    entities.map(({ type, offset, length, url }) => ({
      type: names[type],
      offset,
      length,
      ...(type === 'link' && { url }),
    })),

  /** What we do not know (mentions, hashtags, ...) stands in the text as well. */
  read(value: unknown): { readonly entities?: readonly TextEntity[] } {
    if (value === undefined) return none
    const entities = listOf(value).flatMap((each): TextEntity[] => {
      const fields = fieldsOf<'type' | 'offset' | 'length' | 'url'>(each)
      const type = types.get(textOf(fields.type) ?? '')
      const offset = countOf(fields.offset)
      const length = countOf(fields.length)
      if (type === undefined || offset === undefined || !length) return []
      const url = textOf(fields.url)
      return [{ type, offset, length, ...(url !== undefined && { url }) }]
    })
    return entities.length > 0 ? { entities } : {}
  },
}
