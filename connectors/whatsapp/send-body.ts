import type { MediaKind, Outbound } from '../contract.ts'
import { isBusinessScopedId, whatsappAddress } from './address.ts'
import { contactsPart } from './contacts-part.ts'
import { interactivePart } from './interactive.ts'
import { templateObject } from './template.ts'

/** Where WhatsApp finds a medium: its own media id, or a link that it fetches. */
export type Medium = { readonly id: string } | { readonly link: string }

/**
 * The body of `POST /{phone number id}/messages`, as in Meta's OpenAPI v23. `medium` is given for media kinds.
 * Undefined for a kind that WhatsApp cannot show.
 */
export function sendBody(outbound: Outbound, medium: Medium | undefined): object | undefined {
  const { address, content, replyTo, echo } = outbound
  const typed = typedPart(outbound, medium)
  if (!typed) return undefined

  const to = whatsappAddress(address)
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...(isBusinessScopedId(to) ? { recipient: to } : { to }),
    ...(replyTo === undefined || content.type === 'reaction'
      ? {}
      : { context: { message_id: replyTo } }),
    // Comes back in every status of this message: that is how a lost answer is settled.
    biz_opaque_callback_data: echo,
    ...typed,
  }
}

function typedPart({ content, replyTo }: Outbound, medium: Medium | undefined): object | undefined {
  switch (content.type) {
    case 'text':
      return { type: 'text', text: { body: content.text } }

    case 'location': {
      const { latitude, longitude, name, address } = content
      // The specification types both as strings.
      const place = { latitude: String(latitude), longitude: String(longitude) }
      const names = { ...(name && { name }), ...(address && { address }) }
      return { type: 'location', location: { ...place, ...names } }
    }

    case 'contacts':
      return { type: 'contacts', contacts: contactsPart(content.contacts) }
    case 'template':
      return { type: 'template', template: templateObject(content) }
    case 'buttons':
    case 'list':
      return { type: 'interactive', interactive: interactivePart(content) }
    case 'reaction':
      // An empty emoji takes the reaction back.
      return { type: 'reaction', reaction: { message_id: replyTo, emoji: content.emoji } }

    case 'choice':
    case 'edit':
    case 'delete':
    case 'typing':
    case 'read':
    case 'unsupported':
      return undefined

    case 'image':
    case 'document':
    case 'audio':
    case 'video':
    case 'sticker': {
      if (!medium) return undefined
      const { type, caption, filename, voice } = content
      const shown = shownWith[type]
      return {
        type,
        [type]: {
          ...medium,
          ...(shown.caption && caption ? { caption } : {}),
          ...(shown.filename && filename ? { filename } : {}),
          ...(type === 'audio' && voice ? { voice } : {}),
        },
      }
    }
  }
}

/** What the kind shows beside the medium; the platform refuses other fields. */
const shownWith: Readonly<Record<MediaKind, { caption: boolean; filename: boolean }>> = {
  image: { caption: true, filename: false },
  video: { caption: true, filename: false },
  document: { caption: true, filename: true },
  audio: { caption: false, filename: false },
  sticker: { caption: false, filename: false },
}
