import type { Capabilities } from '../connectors/contract.ts'
import type { Content, LocationContent, MediaContent } from '../domain/content.ts'
import { splitText } from '../domain/split-text.ts'
import type { Message } from '../schemas/types.ts'
import type { ContentCodec } from './tools.ts'

/** Content of one channel message. */
export interface Part {
  readonly contentKind: string
  readonly content: Uint8Array
}

/**
 * What a channel can show of a message, in the order it is to be sent: one part as it is, or several
 * where text or caption is too long, or a kind is shown in another way. Undefined when it can show nothing
 * of it. Decodes only where a limit may be passed.
 */
export function deliveryParts(
  message: Message,
  capabilities: Capabilities,
  codec: ContentCodec,
): readonly Part[] | undefined {
  const { contentKind, content: bytes } = message
  const native = (capabilities.kinds as readonly string[]).includes(contentKind)
  // A message is content and its kind, too.
  const asItIs = [message]
  // Sealed content is opaque until it is sent.
  if (message.seal) return native ? asItIs : undefined
  if (native && fitsUnread(contentKind, bytes, capabilities)) return asItIs
  if (!native && contentKind !== 'location') return undefined

  const contents = shown(codec.decode(contentKind, bytes), native, capabilities)
  if (!contents) return undefined
  if (contents === 'as-it-is') return asItIs
  return contents.map((each) => ({ contentKind: each.type, content: codec.encode(each) }))
}

/** A text has no more characters, in whatever unit, than its record has bytes. */
function fitsUnread(kind: string, bytes: Uint8Array, { text, caption }: Capabilities): boolean {
  if (kind === 'location') return true
  const max = kind === 'text' ? text.max : (caption?.max ?? 0)
  return bytes.length <= max
}

function shown(
  content: Content,
  native: boolean,
  capabilities: Capabilities,
): readonly Content[] | 'as-it-is' | undefined {
  switch (content.type) {
    case 'text': {
      const texts = texted(content.text, capabilities)
      return texts.length === 1 ? 'as-it-is' : texts
    }
    case 'location':
      if (native) return 'as-it-is'
      return capabilities.kinds.includes('text')
        ? texted(locationText(content), capabilities)
        : undefined
    case 'unsupported':
      return 'as-it-is'
    default:
      return captioned(content, capabilities)
  }
}

const texted = (text: string, { text: { max, unit } }: Capabilities): readonly Content[] =>
  splitText(text, max, unit).map((each) => ({ type: 'text', text: each }))

/** A caption that does not fit follows as text of its own. */
function captioned(
  media: MediaContent,
  capabilities: Capabilities,
): readonly Content[] | 'as-it-is' {
  const { caption, ...bare } = media
  if (caption === undefined) return 'as-it-is'
  const limit = capabilities.caption
  if (limit && splitText(caption, limit.max, limit.unit).length === 1) return 'as-it-is'
  return [bare, ...texted(caption, capabilities)]
}

/** A pin as text: what it is called, and a link that phones open as a map. */
function locationText({ name, address, latitude, longitude }: LocationContent): string {
  const link = `https://maps.google.com/?q=${latitude},${longitude}`
  return [name, address, link].filter((line) => line !== undefined && line !== '').join('\n')
}
