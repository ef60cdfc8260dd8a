import type { Capabilities, MediaLimit } from '../capabilities.ts'
import type { Content, MediaContent, MediaKind } from '../content.ts'
import { formattedParts } from './formatted-parts.ts'
import type { ShowingRule } from './rules.ts'
import type { ShowingContext } from './show-on.ts'
import type { Shown } from './shown.ts'
import { textParts } from './text-parts.ts'

/** A medium as it is, as another kind of medium, or as its link. */
export function mediaParts(
  content: MediaContent,
  capabilities: Capabilities,
  { linkOf }: Pick<ShowingContext, 'linkOf'>,
): Shown {
  const ways: readonly (readonly [kind: MediaKind, rules: readonly ShowingRule[]])[] = [
    [content.type, []],
    ...(content.type === 'sticker' ? [['image', ['sticker-as-image']] as const] : []),
    ['document', ['media-as-document']],
  ]
  const way = ways.find(([kind]) => takes(content, kind, capabilities))
  if (way) {
    const [type, rules] = way
    return captioned(rules.length === 0 ? content : { ...content, type }, rules, capabilities)
  }

  const { url, blobId, caption, filename } = content
  const link = url ?? (blobId === undefined ? undefined : linkOf?.(blobId))
  if (content.unavailable !== undefined) {
    const lines = [`[${content.type}]`, caption].filter((line) => line !== undefined)
    return textParts(lines.join('\n'), ['unavailable-as-note'], capabilities)
  }
  if (link === undefined) {
    const why = `The channel takes no ${content.type} of this type or size, and there is no link to give instead.`
    return { kind: 'rejected', why }
  }
  const lines = [caption, filename, link].filter((line) => line !== undefined && line !== '')
  return textParts(lines.join('\n'), ['media-as-link'], capabilities)
}

/** Whether the channel takes the medium as a kind, as far as type and size are known. */
function takes(
  content: MediaContent,
  kind: MediaKind,
  { kinds, media = {} }: Capabilities,
): boolean {
  if (!kinds.includes(kind) || content.unavailable !== undefined) return false
  const limit = media[kind]
  return limit === undefined || (hasType(content, limit) && hasSize(content, limit))
}

function hasType({ mimeType }: MediaContent, { types }: MediaLimit): boolean {
  if (types === undefined || mimeType === undefined) return true
  // `audio/ogg; codecs=opus` is an audio/ogg.
  const bare = mimeType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return types.some((type) => (type.endsWith('/') ? bare.startsWith(type) : bare === type))
}

function hasSize(
  content: MediaContent,
  { maxBytes, maxLinkBytes = maxBytes }: MediaLimit,
): boolean {
  const { sizeBytes, url } = content
  return sizeBytes === undefined || sizeBytes <= (url === undefined ? maxBytes : maxLinkBytes)
}

/** A caption that the channel lacks, or that does not fit, follows as a text of its own. */
function captioned(
  content: MediaContent,
  rules: readonly ShowingRule[],
  capabilities: Capabilities,
): Shown {
  const { caption, entities, ...bare } = content
  if (caption === undefined) return { kind: 'shown', parts: [content], rules }
  const said = { text: caption, ...(entities && { entities }) }
  const limit = (capabilities.captioned?.includes(content.type) ?? true) && capabilities.caption
  const [first, ...more] = limit ? formattedParts(said, capabilities, limit) : []
  if (first && more.length === 0) {
    const { text, entities: shown } = first.content
    const same = text === caption && shown?.length === entities?.length
    const part: Content = same
      ? content
      : { ...bare, caption: text, ...(shown && { entities: shown }) }
    return {
      kind: 'shown',
      parts: [part],
      rules: first.lost ? [...rules, 'formatting-lost'] : rules,
    }
  }
  const apart = textParts(said, [...rules, 'caption-apart'], capabilities)
  if (apart.kind === 'rejected') return apart
  return { kind: 'shown', parts: [bare, ...apart.parts], rules: apart.rules }
}
