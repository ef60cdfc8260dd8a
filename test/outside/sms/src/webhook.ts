import { createHmac } from 'node:crypto'
import {
  fieldsOf,
  isObject,
  jsonBytes,
  listOf,
  parseJson,
  sameSecret,
  textOf,
  unsplittable,
  type WebhookEndpoint,
  type WebhookItem,
  type WebhookRequest,
} from '@chat4all/connector'

/** `x-torpedo-signature` is the HMAC of the raw body in hex. */
export function verify({ headers, body }: WebhookRequest, { secrets }: WebhookEndpoint): boolean {
  const given = headers['x-torpedo-signature'] ?? ''
  let valid = false
  for (const secret of secrets) {
    if (secret === '') continue
    const expected = createHmac('sha256', secret).update(body).digest('hex')
    if (sameSecret(given, expected)) valid = true
  }
  return valid
}

/** `{account, events: [...]}`: many events of one account. */
export function split(body: Uint8Array, _endpoint: WebhookEndpoint): readonly WebhookItem[] {
  const { account, events } = fieldsOf<'account' | 'events'>(parseJson(body))
  const name = textOf(account)
  const all = listOf(events)
  if (name === undefined || all.length === 0) return [unsplittable(body)]
  return all.map((event) => ({
    account: name,
    chat: isObject(event) ? (textOf(fieldsOf<'number'>(event).number) ?? '') : '',
    item: jsonBytes(event ?? null),
    context: jsonBytes({ account: name }),
  }))
}
