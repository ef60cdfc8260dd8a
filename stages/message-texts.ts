import { searchableText } from '../domain/searchable-text.ts'
import type { Message } from '../schemas/types.ts'
import type { MessageText } from '../storage/ports/history.ts'
import { readContent } from './read-content.ts'
import type { ContentCodec } from './tools.ts'

/** The words of messages for those who search; none of what is sealed, unreadable or without words. */
export function messageTexts(
  messages: readonly Message[],
  language: string,
  codec: ContentCodec,
): readonly MessageText[] {
  return messages.flatMap((message) => {
    const content = readContent(message, codec)
    const text = content ? searchableText(content) : ''
    return text === '' ? [] : [{ message, text, language }]
  })
}
