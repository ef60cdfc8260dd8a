import {
  type Content,
  type ContentKind,
  type LocationContent,
  type MediaContent,
  mediaKinds,
} from '../domain/content.ts'
import type { TextEntity } from '../domain/text-entity.ts'
import { contactsSentence } from './contacts-sentence.ts'
import { menuSentence } from './menu-sentence.ts'
import type { Fault } from './message-fault.ts'
import { textSentence } from './text-sentence.ts'
import { urlSentence } from './url-sentence.ts'

export interface ContentLimits {
  /** UTF-16 units. */
  readonly maxText: number
}

const maxName = 255
const maxPlace = 1024
const maxEntities = 100
const maxEmoji = 32

/** Kinds that say nothing without the message they are about. */
const needsTarget: ReadonlySet<ContentKind> = new Set(['reaction', 'edit', 'delete'])

/** What is wrong with content that a client sent; undefined when nothing is. */
export function contentFault(
  content: Content,
  replyTo: string | null,
  limits: ContentLimits,
): Fault | undefined {
  const detail =
    replyTo === null && needsTarget.has(content.type)
      ? `Content of type '${content.type}' is about another message: name it in replyTo.`
      : sentenceFor(content, limits)
  return detail === undefined ? undefined : { reason: 'invalid-content', detail }
}

function sentenceFor(content: Content, { maxText }: ContentLimits): string | undefined {
  switch (content.type) {
    case 'text':
    case 'edit':
      return (
        textSentence('text', content.text, maxText) ??
        entitiesSentence(content.text, content.entities)
      )
    case 'location':
      return locationSentence(content)
    case 'contacts':
      return contactsSentence(content)
    case 'buttons':
    case 'list':
      return textSentence('text', content.text, maxText) ?? menuSentence(content)
    case 'template':
      return content.text === undefined ? undefined : textSentence('text', content.text, maxText)
    case 'reaction':
      return content.emoji.length > maxEmoji || !content.emoji.isWellFormed()
        ? 'emoji is one emoji, or empty to take the reaction back.'
        : undefined
    case 'delete':
    case 'typing':
    case 'read':
      return undefined
    case 'choice':
    case 'unsupported':
      return `Content of type '${content.type}' cannot be sent: it is what people do.`
    default:
      return mediaSentence(content, maxText)
  }
}

function mediaSentence(content: MediaContent, maxText: number): string | undefined {
  const { url, blobId, mediaId, caption, filename } = content
  if (!mediaKinds.includes(content.type)) return `There is no content of type '${content.type}'.`
  if (mediaId !== undefined) return 'mediaId belongs to inbound messages; give url or blobId.'
  if ((url === undefined) === (blobId === undefined)) return 'Give exactly one of url and blobId.'
  if (blobId !== undefined && !/^[\x21-\x7e]{1,200}$/.test(blobId)) return 'blobId is no blob id.'
  if (filename !== undefined && !isFilename(filename)) {
    return `filename has to be a name without a path, of at most ${maxName} characters.`
  }
  if (caption !== undefined) {
    const sentence =
      textSentence('caption', caption, maxText) ?? entitiesSentence(caption, content.entities)
    if (sentence) return sentence
  }
  return url === undefined ? undefined : urlSentence('url', url)
}

const isFilename = (name: string): boolean =>
  name.length <= maxName && name.trim() !== '' && !/[/\\\p{Cc}]/u.test(name)

function entitiesSentence(text: string, entities: readonly TextEntity[] = []): string | undefined {
  if (entities.length > maxEntities) return `entities are at most ${maxEntities}.`
  for (const { type, offset, length, url } of entities) {
    const end = offset + length
    if (!(offset >= 0 && length > 0 && end <= text.length)) {
      return `An entity of type '${type}' lies outside of the text.`
    }
    if ((type === 'link') !== (url !== undefined))
      return 'Entities of type link, and they alone, have a url.'
    const sentence = url === undefined ? undefined : urlSentence('url of a link', url)
    if (sentence) return sentence
  }
  return undefined
}

function locationSentence(content: LocationContent): string | undefined {
  const { latitude, longitude, name, address } = content
  // Written so that NaN is refused too.
  if (!(Math.abs(latitude) <= 90)) return 'latitude has to be from -90 to 90.'
  if (!(Math.abs(longitude) <= 180)) return 'longitude has to be from -180 to 180.'
  if ((name ?? '').length > maxPlace || (address ?? '').length > maxPlace) {
    return `name and address have at most ${maxPlace} characters each.`
  }
  return undefined
}
