import type { Content } from '../../domain/content.ts'
import { isObject } from './exchange.ts'
import { type GraphError, invalidParameter } from './graph-error.ts'
import { textIn } from './loose-body.ts'
import { readContacts } from './read-contacts.ts'
import { readTemplate } from './read-template.ts'
import { readInteractive } from './whatsapp-interactive.ts'

type Body = { readonly [name: string]: unknown }

/** What the body says, or how the Cloud API refuses it. Limits: channels.md, section 2.3. */
export function readWhatsappMessage(
  body: Body,
  uploaded: (mediaId: string) => boolean,
): { readonly content: Content } | { readonly error: GraphError } {
  const type = body['type'] ?? 'text'
  if (typeof type !== 'string') return { error: invalidParameter('Param type must be a string') }
  const part = body[type]
  if (type === 'contacts') {
    return Array.isArray(part) ? { content: readContacts(part) } : missing('contacts')
  }
  if (!isObject(part)) return missing(type)

  switch (type) {
    case 'text': {
      const text = part['body']
      if (typeof text !== 'string' || text === '') return missing('text.body')
      if (text.length > 4096) {
        return { error: invalidParameter('Param text.body must be at most 4096 characters long.') }
      }
      return { content: { type: 'text', text } }
    }
    case 'image':
    case 'video':
    case 'audio':
    case 'document':
    case 'sticker':
      return media(type, part, uploaded)
    case 'location':
      return location(part)
    case 'template':
      if (typeof part['name'] !== 'string') return missing('template.name')
      if (!isObject(part['language'])) return missing('template.language')
      return { content: readTemplate(part) }
    case 'reaction':
      return typeof part['message_id'] === 'string'
        ? { content: { type: 'reaction', emoji: textIn(part, 'emoji') ?? '' } }
        : missing('reaction.message_id')
    case 'interactive':
      return typeof part['type'] === 'string' ? readInteractive(part) : missing('interactive.type')
    default:
      return { error: unsupportedType }
  }
}

const unsupportedType: GraphError = {
  status: 400,
  code: 131051,
  message: 'Unsupported message type',
  details: 'Message type is not currently supported',
}

function missing(name: string): { readonly error: GraphError } {
  const details = `The parameter ${name} is required.`
  return {
    error: { status: 400, code: 131008, message: 'Required parameter is missing', details },
  }
}

function media(
  type: 'image' | 'video' | 'audio' | 'document' | 'sticker',
  part: Body,
  uploaded: (mediaId: string) => boolean,
): { readonly content: Content } | { readonly error: GraphError } {
  const { id, link, caption, filename } = part
  if ((typeof id === 'string') === (typeof link === 'string')) {
    return { error: invalidParameter(`Param ${type} must have exactly one of id and link`) }
  }
  if (typeof link === 'string' && !/^https?:\/\//.test(link)) {
    return { error: invalidParameter(`Param ${type}.link is not a valid URL`) }
  }
  if (typeof id === 'string' && !uploaded(id)) {
    const details = `Media ID ${id} was not found`
    return {
      error: { status: 400, code: 131009, message: 'Parameter value is not valid', details },
    }
  }
  if (caption !== undefined) {
    if (type === 'audio' || type === 'sticker') {
      return { error: invalidParameter(`Param ${type}.caption is not allowed`) }
    }
    if (typeof caption !== 'string' || caption.length > 1024) {
      return {
        error: invalidParameter(`Param ${type}.caption must be at most 1024 characters long.`),
      }
    }
  }
  return {
    content: {
      type,
      ...(typeof link === 'string' ? { url: link } : { mediaId: String(id) }),
      ...(typeof caption === 'string' ? { caption } : {}),
      ...(typeof filename === 'string' ? { filename } : {}),
      ...(part['voice'] === true ? { voice: true } : {}),
    },
  }
}

function location(part: Body): { readonly content: Content } | { readonly error: GraphError } {
  // Meta's own schema types them as strings; numbers are taken too.
  const latitude = Number(part['latitude'] ?? Number.NaN)
  const longitude = Number(part['longitude'] ?? Number.NaN)
  if (!(Math.abs(latitude) <= 90)) return missing('location.latitude')
  if (!(Math.abs(longitude) <= 180)) return missing('location.longitude')
  const { name, address } = part
  return {
    content: {
      type: 'location',
      latitude,
      longitude,
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof address === 'string' ? { address } : {}),
    },
  }
}
