import type { Content } from '../../domain/content.ts'
import { isObject } from './exchange.ts'
import { textIn } from './loose-body.ts'

/** What a `sender_action` does, and to which message; undefined for one that is not known or lacks its message. */
export function senderAction(body: {
  readonly [name: string]: unknown
}): { readonly content: Content; readonly about: string | null } | undefined {
  const payload = isObject(body['payload']) ? body['payload'] : {}
  const about = textIn(payload, 'message_id') ?? null
  switch (body['sender_action']) {
    case 'typing_on':
      return { content: { type: 'typing' }, about: null }
    case 'typing_off':
      return { content: { type: 'unsupported', kind: 'typing_off', raw: '{}' }, about: null }
    case 'mark_seen':
      return { content: { type: 'read' }, about: null }
    case 'react': {
      const emoji = textIn(payload, 'reaction')
      return about === null || emoji === undefined
        ? undefined
        : { content: { type: 'reaction', emoji }, about }
    }
    case 'unreact':
      return about === null ? undefined : { content: { type: 'reaction', emoji: '' }, about }
    default:
      return undefined
  }
}
