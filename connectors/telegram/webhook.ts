import type { WebhookEndpoint, WebhookItem, WebhookRequest } from '../contract.ts'
import { fieldsOf, idOf, isObject, jsonBytes, parseJson } from '../loose-json.ts'
import { sameSecret } from '../same-secret.ts'
import { unsplittable } from '../unsplittable.ts'

/** What `split` writes around an update, for `parse`: an update does not name its bot. */
export interface TelegramContext {
  readonly account: string
}

/** `X-Telegram-Bot-Api-Secret-Token` is the secret itself, no MAC: it vouches for the sender, TLS for the body. */
export function verifySecretToken(
  { headers }: WebhookRequest,
  { secrets }: WebhookEndpoint,
): boolean {
  const { 'x-telegram-bot-api-secret-token': given = '' } = headers
  // An empty secret would let anybody in; so nothing empty is the same as a secret.
  if (given === '') return false
  let valid = false
  for (const secret of secrets) if (sameSecret(given, secret)) valid = true
  return valid
}

/** Telegram has none: setWebhook is enough. */
export function handshake(): null {
  return null
}

/** One update per body; its bytes are kept as they came. */
export function splitTelegram(
  body: Uint8Array,
  { account }: WebhookEndpoint,
): readonly WebhookItem[] {
  const update = parseJson(body)
  const chat = chatOf(update)
  if (account === null || chat === undefined) return [unsplittable(body, account)]
  const context: TelegramContext = { account }
  return [{ account, chat, item: body, context: jsonBytes(context) }]
}

/** The chat of whatever the update holds; updates without one (inline queries) go by the person. */
function chatOf(update: unknown): string | undefined {
  if (!isObject(update)) return undefined
  for (const value of Object.values(update)) {
    const part = fieldsOf<'chat' | 'message' | 'from' | 'user'>(value)
    const message = fieldsOf<'chat'>(part.message)
    const found =
      idOf(fieldsOf<'id'>(part.chat).id) ??
      idOf(fieldsOf<'id'>(message.chat).id) ??
      idOf(fieldsOf<'id'>(part.from).id) ??
      idOf(fieldsOf<'id'>(part.user).id)
    if (found !== undefined) return found
  }
  return undefined
}
