import type { Content, MediaKind } from '../contract.ts'
import { fieldsOf, idOf, listOf, numberOf, textOf } from '../loose-json.ts'
import { isMedia } from '../medium-source.ts'

/**
 * What a `message` of a Page or Instagram webhook shows: one content per attachment, or its text. A text beside
 * media is the caption of the first.
 */
export function pageContents(message: unknown): readonly Content[] {
  const { text: textValue, attachments } = fieldsOf<'text' | 'attachments'>(message)
  const text = textOf(textValue)
  const all = listOf(attachments)
  // A `fallback` is the preview of a link that stands in the text.
  const shown = all.filter((each) => text === undefined || typeOf(each) !== 'fallback')
  if (shown.length === 0)
    return [text === undefined ? unsupported('message', message) : { type: 'text', text }]

  return shown.map((each, index): Content => {
    const content = attachmentContent(each)
    if (index > 0 || text === undefined) return content
    if (isMedia(content)) return { ...content, caption: text }
    return content.type === 'unsupported'
      ? unsupported(content.kind, message)
      : { type: 'text', text }
  })
}

const typeOf = (attachment: unknown) => textOf(fieldsOf<'type'>(attachment).type) ?? 'unknown'

const kinds: ReadonlyMap<string, MediaKind> = new Map([
  ['image', 'image'],
  ['video', 'video'],
  ['audio', 'audio'],
  ['file', 'document'],
  ['sticker', 'sticker'],
])

function attachmentContent(attachment: unknown): Content {
  const type = typeOf(attachment)
  const payload = fieldsOf<'url' | 'sticker_id' | 'coordinates'>(
    fieldsOf<'payload'>(attachment).payload,
  )
  if (type === 'location') {
    const { lat, long } = fieldsOf<'lat' | 'long'>(payload.coordinates)
    const latitude = numberOf(lat)
    const longitude = numberOf(long)
    const name = textOf(fieldsOf<'title'>(attachment).title)
    if (latitude === undefined || longitude === undefined) return unsupported(type, attachment)
    return { type: 'location', latitude, longitude, ...(name !== undefined && { name }) }
  }

  const kind = kinds.get(type)
  // Signed CDN links that expire: whoever wants to keep the medium copies it soon.
  const url = textOf(payload.url)
  if (kind === undefined || url === undefined) return unsupported(type, attachment)
  return { type: idOf(payload.sticker_id) === undefined ? kind : 'sticker', url }
}

function unsupported(kind: string, raw: unknown): Content {
  return { type: 'unsupported', kind, raw: JSON.stringify(raw) }
}
