import type { Capabilities } from '../connectors/contract.ts'
import { type Content, isContentKind } from '../domain/content.ts'
import { namedContents } from '../domain/showing/named-contents.ts'
import { showOn } from '../domain/showing/show-on.ts'
import type { Message } from '../schemas/types.ts'
import type { ContentCodec } from './tools.ts'

/** Content of one channel message. */
export interface Part {
  readonly contentKind: string
  readonly content: Uint8Array
}

/**
 * What a channel can show of a message, in the order it is to be sent: one part as it is, or several
 * where text or caption is too long, or a kind is shown in another way. A sentence where it can show nothing
 * of it. Decodes only where something may have to be changed. With `senderName` it says who wrote it.
 */
export function deliveryParts(
  message: Message,
  capabilities: Capabilities,
  codec: ContentCodec,
  senderName: string | null = null,
): readonly Part[] | string {
  const { contentKind, content: bytes } = message
  // A message is content and its kind, too.
  const asItIs = [message]
  // Sealed content is opaque until it is sent.
  if (message.seal) {
    return (capabilities.kinds as readonly string[]).includes(contentKind)
      ? asItIs
      : `sealed content of type '${contentKind}' cannot be shown in another way`
  }
  if (senderName === null && fitsUnread(contentKind, bytes, capabilities)) return asItIs

  if (!isContentKind(contentKind)) return 'this hub does not know the type'
  const content = codec.decode(contentKind, bytes)
  const parts: Content[] = []
  for (const each of senderName === null ? [content] : namedContents(content, senderName)) {
    const shown = showOn(each, capabilities, { hasTarget: message.replyTo !== null })
    if (shown.kind === 'rejected') return shown.why
    parts.push(...shown.parts)
  }
  if (parts.length === 1 && parts[0] === content) return asItIs
  return parts.map((each) => ({ contentKind: each.type, content: codec.encode(each) }))
}

/** The place in TextContent's record, behind its frame, that is zero where the text has no formatting. */
const formattingAt = 5

/** A text has no more characters, in whatever unit, than its record has bytes. */
function fitsUnread(kind: string, bytes: Uint8Array, { kinds, text }: Capabilities): boolean {
  return (
    kind === 'text' &&
    bytes[formattingAt] === 0 &&
    bytes.length <= text.max &&
    kinds.includes('text')
  )
}
