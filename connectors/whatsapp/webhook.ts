import type { WebhookItem } from '../contract.ts'
import { fieldsOf, isObject, jsonBytes, listOf, parseJson, textOf } from '../loose-json.ts'
import { unsplittable } from '../unsplittable.ts'
import { whatsappAddress } from './address.ts'

/** What `split` writes around an item, for `parse`. */
export interface WhatsappContext {
  /** `entry[].changes[].field`, mostly `messages`. */
  readonly field: string | null
  /** The list the item was in; null when the item is the whole change. */
  readonly of: 'messages' | 'statuses' | 'errors' | null
  readonly metadata?: unknown
  readonly contacts?: unknown
}

/** Cuts `entry[].changes[].value` into its messages, statuses and errors, one item each. */
export function splitWhatsapp(body: Uint8Array): readonly WebhookItem[] {
  const { entry } = fieldsOf<'entry'>(parseJson(body))
  const items = listOf(entry).flatMap((each) => {
    const { id, changes } = fieldsOf<'id' | 'changes'>(each)
    return listOf(changes).flatMap((change) =>
      itemsOfChange(fieldsOf<'field' | 'value'>(change), textOf(id) ?? ''),
    )
  })
  return items.length > 0 ? items : [unsplittable(body)]
}

function itemsOfChange(
  { field: fieldValue, value }: { readonly field?: unknown; readonly value?: unknown },
  businessId: string,
): WebhookItem[] {
  const { metadata, contacts, messages, statuses, errors } = fieldsOf<
    'metadata' | 'contacts' | 'messages' | 'statuses' | 'errors'
  >(value)
  const field = textOf(fieldValue) ?? null
  const account = textOf(fieldsOf<'phone_number_id'>(metadata).phone_number_id) ?? null
  const lists = { messages, statuses, errors }
  const items: WebhookItem[] = []

  for (const list of ['messages', 'statuses', 'errors'] as const) {
    for (const each of listOf(lists[list])) {
      const context: WhatsappContext = { field, of: list, metadata, contacts }
      const chat = chatOf(list, each) ?? businessId
      items.push({ account, chat, item: jsonBytes(each), context: jsonBytes(context) })
    }
  }
  if (items.length > 0) return items

  // A notice about the account (templates, quality, ...): kept whole.
  const context: WhatsappContext = { field, of: null, metadata }
  return [
    { account, chat: businessId, item: jsonBytes(value ?? null), context: jsonBytes(context) },
  ]
}

/** The group, or the person: messages and statuses of one person must share a key. */
function chatOf(list: 'messages' | 'statuses' | 'errors', item: unknown): string | undefined {
  if (list === 'errors' || !isObject(item)) return undefined
  const { group_id, from, from_user_id, recipient_id, recipient_user_id } = fieldsOf<
    'group_id' | 'from' | 'from_user_id' | 'recipient_id' | 'recipient_user_id'
  >(item)
  const person =
    list === 'messages'
      ? (textOf(group_id) ?? textOf(from) ?? textOf(from_user_id))
      : (textOf(recipient_id) ?? textOf(recipient_user_id))
  return person === undefined ? undefined : whatsappAddress(person)
}
