import type { WebhookItem } from '../contract.ts'
import { fieldsOf, idOf, jsonBytes, listOf, parseJson, textOf } from '../loose-json.ts'
import { unsplittable } from '../unsplittable.ts'

/** What `split` writes around an event, for `parse`. */
export interface MessagingContext {
  /** `entry[].id`: the Page or the Instagram account. */
  readonly account: string | null
  /** The list the event was in; null when the item is the whole entry. */
  readonly of: 'messaging' | 'standby' | 'changes' | null
}

const lists = ['messaging', 'standby', 'changes'] as const

/** Cuts `entry[].messaging[]` into one item per event. */
export function splitMessaging(body: Uint8Array): readonly WebhookItem[] {
  const { entry } = fieldsOf<'entry'>(parseJson(body))
  const items = listOf(entry).flatMap(itemsOfEntry)
  return items.length > 0 ? items : [unsplittable(body)]
}

function itemsOfEntry(entry: unknown): WebhookItem[] {
  const fields = fieldsOf<'id' | (typeof lists)[number]>(entry)
  const account = idOf(fields.id) ?? null
  const items: WebhookItem[] = []
  for (const list of lists) {
    const context: MessagingContext = { account, of: list }
    for (const event of listOf(fields[list])) {
      const chat = personOf(event, account) ?? account ?? ''
      items.push({ account, chat, item: jsonBytes(event), context: jsonBytes(context) })
    }
  }
  if (items.length > 0) return items
  const context: MessagingContext = { account, of: null }
  return [{ account, chat: account ?? '', item: jsonBytes(entry), context: jsonBytes(context) }]
}

/** The person of an event, who is the sender but for echoes of what was sent to them. */
export function personOf(event: unknown, account: string | null): string | undefined {
  const { sender, recipient, message } = fieldsOf<'sender' | 'recipient' | 'message'>(event)
  const from = textOf(fieldsOf<'id'>(sender).id)
  const to = textOf(fieldsOf<'id'>(recipient).id)
  const echo = fieldsOf<'is_echo'>(message).is_echo === true || from === account
  return echo ? to : from
}
