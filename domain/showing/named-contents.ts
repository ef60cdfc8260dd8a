import { type Content, isMediaKind, type MediaContent } from '../content.ts'
import type { TextEntity } from '../text-entity.ts'

/** A name is a word or two; what is longer says something else. UTF-16 units. */
const maxName = 60

/**
 * What a person wrote in a group, as the others see it: it comes to them from our account, so it begins with the writer's name. Where it has no
 * words the name goes ahead as a text. What is done to a message (a reaction, a deletion) shows on that message, unnamed.
 */
export function namedContents(content: Content, name: string): readonly Content[] {
  const short = shortened(name)
  if (short === '') return [content]
  const prefix = `${short}: `
  switch (content.type) {
    case 'text':
    case 'edit':
      return [
        {
          ...content,
          text: prefix + content.text,
          ...moved(content.entities, prefix.length),
        },
      ]
    case 'choice':
      return [{ ...content, title: prefix + content.title }]
    case 'reaction':
    case 'delete':
    case 'typing':
    case 'read':
      return [content]
    default: {
      if (isMedium(content) && content.caption) {
        const { caption, entities } = content
        return [{ ...content, caption: prefix + caption, ...moved(entities, prefix.length) }]
      }
      return [{ type: 'text', text: `${short}:` }, content]
    }
  }
}

const isMedium = (content: Content): content is MediaContent => isMediaKind(content.type)

/** Formatting behind what was put before it. */
const moved = (entities: readonly TextEntity[] | undefined, by: number) =>
  entities && { entities: entities.map((each) => ({ ...each, offset: each.offset + by })) }

/** One line, and never half a character. */
function shortened(name: string): string {
  const line = name.replace(/\s+/g, ' ').trim()
  return line.length <= maxName ? line : `${line.slice(0, maxName - 1).toWellFormed()}…`
}
