import type { Webhook } from '../../schemas/types.ts'

type Filter = Pick<Webhook, 'types' | 'channels' | 'conversations'>

/** Of a record or of its JSON. */
interface Happening {
  readonly type: string
  readonly channel?: string | null | undefined
  readonly conversationId?: string | null | undefined
}

/**
 * True when an endpoint asked for the event. Each list narrows, and an empty one lets everything through; an event without
 * a channel (or conversation) is not of any that a list names.
 */
export function isWanted({ types, channels, conversations }: Filter, event: Happening): boolean {
  return (
    (types.length === 0 || types.some((pattern) => isOfType(event.type, pattern))) &&
    (channels.length === 0 || channels.includes(event.channel ?? '')) &&
    (conversations.length === 0 || conversations.includes(event.conversationId ?? ''))
  )
}

const isOfType = (type: string, pattern: string): boolean =>
  pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern
