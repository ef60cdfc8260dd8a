import type { Content, LocationContent, MediaContent } from '../domain/content.ts'
import type { Fault } from './message-fault.ts'

export interface ContentLimits {
  /** UTF-16 units. */
  readonly maxText: number
}

const maxUrl = 2048
const maxName = 255
const maxPlace = 1024

/** What is wrong with content that a client sent; undefined when nothing is. */
export function contentFault(content: Content, limits: ContentLimits): Fault | undefined {
  const detail = sentenceFor(content, limits)
  return detail === undefined ? undefined : { reason: 'invalid-content', detail }
}

function sentenceFor(content: Content, { maxText }: ContentLimits): string | undefined {
  switch (content.type) {
    case 'text':
      return textSentence('text', content.text, maxText)
    case 'image':
    case 'document':
      return mediaSentence(content, maxText)
    case 'location':
      return locationSentence(content)
    case 'audio':
    case 'video':
    case 'sticker':
    case 'unsupported':
      return `Content of type '${content.type}' cannot be sent; use text, image, document or location.`
  }
}

function textSentence(field: string, text: string, maxText: number): string | undefined {
  if (text.trim() === '') return `${field} is empty.`
  if (text.length > maxText) {
    return `${field} has ${text.length} characters; at most ${maxText} are taken.`
  }
  // Half a surrogate pair has no UTF-8, so it would reach nobody as it was meant.
  if (!text.isWellFormed()) return `${field} is no well-formed Unicode text.`
  return undefined
}

function mediaSentence(content: MediaContent, maxText: number): string | undefined {
  const { url, blobId, mediaId, caption, filename } = content
  if (mediaId !== undefined) return 'mediaId belongs to inbound messages; give url or blobId.'
  if ((url === undefined) === (blobId === undefined)) return 'Give exactly one of url and blobId.'
  if (blobId !== undefined && !/^[\x21-\x7e]{1,200}$/.test(blobId)) return 'blobId is no blob id.'
  if (filename !== undefined && !isFilename(filename)) {
    return `filename has to be a name without a path, of at most ${maxName} characters.`
  }
  if (caption !== undefined) {
    const sentence = textSentence('caption', caption, maxText)
    if (sentence) return sentence
  }
  return url === undefined ? undefined : urlSentence(url)
}

/** Plain http is for trying things out on one machine: a platform must not fetch over it. */
function urlSentence(text: string): string | undefined {
  const url = text.length > maxUrl ? null : URL.parse(text)
  if (!url) return `url has to be a web address of at most ${maxUrl} characters.`
  if (url.username !== '' || url.password !== '') return 'url may not hold a user name or password.'
  if (url.protocol === 'https:') return undefined
  if (url.protocol === 'http:' && isLoopback(url.hostname)) return undefined
  return 'url has to begin with https://.'
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)

const isFilename = (name: string): boolean =>
  name.length <= maxName && name.trim() !== '' && !/[/\\\p{Cc}]/u.test(name)

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
