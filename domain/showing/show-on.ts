import type { Capabilities } from '../capabilities.ts'
import type { Content, ContentKind } from '../content.ts'
import { contactParts } from './contact-parts.ts'
import { formattedParts } from './formatted-parts.ts'
import { locationText } from './location-text.ts'
import { mediaParts } from './media-parts.ts'
import { buttonParts, listParts } from './menu-parts.ts'
import type { ShowingRule } from './rules.ts'
import type { Shown } from './shown.ts'
import { textParts } from './text-parts.ts'

/** What is known around the content. */
export interface ShowingContext {
  /** It is about another message. */
  readonly hasTarget: boolean
  /** A link by which anybody can fetch a blob of ours; undefined where the hub has none to give. */
  readonly linkOf?: (blobId: string) => string | undefined
}

/**
 * What a channel shows of a content, and by which rules. Pure, and the one place for it: the pipeline, a preview
 * and the table in docs/channels.md all ask here.
 */
export function showOn(
  content: Content,
  capabilities: Capabilities,
  context: ShowingContext,
): Shown {
  const native = capabilities.kinds.includes(content.type)
  const asText = (rule: ShowingRule, text: string): Shown => textParts(text, [rule], capabilities)

  switch (content.type) {
    case 'text':
      return native ? kept(content, textParts(content, [], capabilities)) : cannot(content.type)
    case 'location':
      return native ? asItIs(content) : asText('location-as-text', locationText(content))
    case 'contacts':
      return contactParts(content, capabilities)
    case 'buttons':
      return buttonParts(content, capabilities)
    case 'list':
      return listParts(content, capabilities)
    case 'template':
      if (native) return asItIs(content)
      return content.text === undefined
        ? rejected('The channel has no templates, and the template came without a text to show.')
        : asText('template-as-text', content.text)
    case 'choice':
      return asText('choice-as-text', content.title)
    case 'unsupported':
      return asText('unsupported-as-note', `[${content.kind}]`)
    case 'reaction': {
      const { emoji } = content
      const { reactions } = capabilities
      const known = emoji === '' || (reactions?.includes(emoji.replaceAll('\ufe0f', '')) ?? true)
      if (native && known && context.hasTarget) return asItIs(content)
      return emoji === ''
        ? rejected('The channel cannot take a reaction back.')
        : asText('reaction-as-text', emoji)
    }
    case 'edit': {
      const parts = native && context.hasTarget ? formattedParts(content, capabilities) : []
      const [first, second] = parts
      // What would be cut has no place in the one message that is changed.
      return first && !second
        ? shown({ ...first.content, type: 'edit' }, first.lost ? ['formatting-lost'] : [])
        : asText('edit-as-text', `✏️ ${content.text}`)
    }
    case 'delete':
    case 'typing':
    case 'read': {
      const needsTarget =
        content.type === 'delete' || capabilities.needsTarget?.includes(content.type)
      if (!native) return cannot(content.type)
      return needsTarget && !context.hasTarget
        ? rejected(`The channel takes '${content.type}' only about a message: give replyTo.`)
        : asItIs(content)
    }
    default:
      return mediaParts(content, capabilities, context)
  }
}

const asItIs = (content: Content): Shown => shown(content, [])

const shown = (content: Content, rules: readonly ShowingRule[]): Shown => ({
  kind: 'shown',
  parts: [content],
  rules,
})

/** The very content that came, where it needs no change: so its bytes need not be written anew. */
const kept = (content: Extract<Content, { type: 'text' }>, result: Shown): Shown => {
  if (result.kind === 'rejected' || result.parts.length > 1) return result
  const [part] = result.parts
  const same =
    part?.type === 'text' &&
    part.text === content.text &&
    part.entities?.length === content.entities?.length
  return same ? { ...result, parts: [content] } : result
}

const rejected = (why: string): Shown => ({ kind: 'rejected', why })

const cannot = (kind: ContentKind): Shown =>
  rejected(`The channel has nothing for content of type '${kind}', and no text could stand for it.`)
