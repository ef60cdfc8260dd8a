import type { Content } from '../domain/content.ts'
import type { Message } from '../schemas/types.ts'
import { isCode } from '../topology/contract/errors.ts'
import type { ContentCodec } from './tools.ts'

/** Nothing where it is sealed or unreadable. */
export function readContent(message: Message, codec: ContentCodec): Content | undefined {
  if (message.seal !== null) return undefined
  try {
    return codec.decode(message.contentKind, message.content)
  } catch (error) {
    if (isCode(error, 'C4A_RECORD_UNDECODABLE')) return undefined
    throw error
  }
}
