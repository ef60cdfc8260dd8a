import type { Capabilities, Limit } from '../capabilities.ts'
import type { TextContent } from '../content.ts'
import { splitText } from '../split-text.ts'
import type { TextEntity } from '../text-entity.ts'
import { markedUp, markupLength } from './marked-up.ts'
import { withLinks } from './with-links.ts'

/** A text that came with formatting or without. */
export type FormattedText = Pick<TextContent, 'text' | 'entities'>

export interface FormattedPart {
  readonly content: TextContent
  /** Formatting of this text cannot be shown. */
  readonly lost: boolean
}

/** A text cut to what one message of the channel takes, each part with the formatting that the channel shows. */
export function formattedParts(
  { text, entities = [] }: FormattedText,
  { text: own, entities: shown = [], markup = {} }: Capabilities,
  limit: Limit = own,
): readonly FormattedPart[] {
  const isShown = ({ type }: TextEntity) => shown.includes(type) || markup[type] !== undefined
  const lost = !entities.every(isShown)
  const spelt = withLinks(text, entities, shown)
  const kept = spelt.entities.filter(isShown)
  // Marks are characters, too: room is left for all of them.
  const max = limit.max - markupLength(kept, markup)
  let at = 0
  return splitText(spelt.text, Math.max(4, max), limit.unit).map((part) => {
    at = spelt.text.indexOf(part, at)
    const within = clipped(kept, at, part.length)
    at += part.length
    const ranges = within.filter(({ type }) => shown.includes(type))
    const content: TextContent = {
      type: 'text',
      text: markedUp(part, within, markup),
      ...(ranges.length > 0 && { entities: ranges }),
    }
    return { content, lost }
  })
}

/** The runs inside a part of the text, counted from its start. */
function clipped(
  entities: readonly TextEntity[],
  start: number,
  length: number,
): readonly TextEntity[] {
  return entities.flatMap((entity) => {
    const from = Math.max(entity.offset, start)
    const to = Math.min(entity.offset + entity.length, start + length)
    return to > from ? [{ ...entity, offset: from - start, length: to - from }] : []
  })
}
