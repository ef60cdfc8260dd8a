import { type Content, mediaKinds } from '../../domain/content.ts'
import { isObject } from './exchange.ts'
import { listIn, textIn } from './loose-body.ts'
import { samplePicture } from './sample-picture.ts'
import type { World } from './world.ts'

type Body = { readonly [name: string]: unknown }

/**
 * What a person says: `{text}`, `{location: {latitude, longitude, name?}}`, `{image: {base64?, mimeType?, caption?}}`
 * (without base64: a small sample picture), `{media: {kind, base64, mimeType, caption?, filename?, voice?}}`,
 * `{contacts: [{name, phone}]}`; or does to the message that `replyTo` names: `{choice: {id, title}}`,
 * `{reaction: emoji}` (empty: taken back), `{edit: text}`, `{delete: true}`. A sentence where it is none of these.
 */
export function answerContent(world: World, body: Body): Content | string {
  const { text, location, image } = body
  if (typeof text === 'string' && text !== '') {
    return text.length <= 4096 ? { type: 'text', text } : 'text is longer than 4096 characters'
  }
  if (isObject(location)) {
    const { latitude, longitude, name } = location
    if (typeof latitude !== 'number' || typeof longitude !== 'number') {
      return 'location needs latitude and longitude'
    }
    return { type: 'location', latitude, longitude, ...(typeof name === 'string' ? { name } : {}) }
  }
  if (isObject(image)) {
    const { base64, mimeType, caption } = image
    const given = typeof base64 === 'string'
    const bytes = given ? Buffer.from(base64, 'base64') : samplePicture()
    const type = given && typeof mimeType === 'string' ? mimeType : 'image/png'
    if (!/^image\/(png|jpeg|gif|webp)$/.test(type)) return `${type} is no picture that phones send`
    const stored = world.media.put(bytes, type, 'photo')
    return {
      type: 'image',
      mediaId: stored.id,
      mimeType: type,
      sizeBytes: bytes.length,
      sha256: stored.sha256,
      ...(typeof caption === 'string' && caption !== '' ? { caption } : {}),
    }
  }
  if (isObject(body['media'])) return mediaContent(world, body['media'])
  return (
    deedOf(body) ??
    'an answer is one of text, location, image, media, contacts, choice, reaction, edit and delete'
  )
}

function mediaContent(world: World, media: Body): Content | string {
  const kind = mediaKinds.find((each) => each === media['kind'])
  const base64 = textIn(media, 'base64')
  const mimeType = textIn(media, 'mimeType')
  if (!kind || base64 === undefined || mimeType === undefined) {
    return 'media needs kind, base64 and mimeType'
  }
  const filename = textIn(media, 'filename')
  const caption = textIn(media, 'caption')
  const bytes = Buffer.from(base64, 'base64')
  const stored = world.media.put(bytes, mimeType, filename ?? kind)
  return {
    type: kind,
    mediaId: stored.id,
    mimeType,
    sizeBytes: bytes.length,
    sha256: stored.sha256,
    ...(filename === undefined ? {} : { filename }),
    ...(caption === undefined ? {} : { caption }),
    ...(media['voice'] === true ? { voice: true } : {}),
  }
}

/** What a person shares, or does to a message. */
function deedOf(body: Body): Content | undefined {
  const { choice, reaction, edit } = body
  const contacts = listIn(body, 'contacts')
  if (contacts.length > 0) {
    const cards = contacts.map((each) => ({
      name: textIn(each, 'name') ?? '',
      phones: [{ value: textIn(each, 'phone') ?? '' }],
    }))
    return { type: 'contacts', contacts: cards }
  }
  if (isObject(choice)) {
    return { type: 'choice', id: textIn(choice, 'id') ?? '', title: textIn(choice, 'title') ?? '' }
  }
  if (typeof reaction === 'string') return { type: 'reaction', emoji: reaction }
  if (typeof edit === 'string' && edit !== '') return { type: 'edit', text: edit }
  return body['delete'] === true ? { type: 'delete' } : undefined
}
