import type { WebhookEndpoint, WebhookRequest } from '../contract.ts'
import { sameSecret } from '../same-secret.ts'

/** `GET ?hub.mode=subscribe&hub.verify_token=…&hub.challenge=…`: the challenge goes back as plain text. */
export function handshake(
  { method, query }: WebhookRequest,
  { verifyToken }: WebhookEndpoint,
): string | null {
  const token = query['hub.verify_token']
  const challenge = query['hub.challenge']
  if (method !== 'GET' || query['hub.mode'] !== 'subscribe') return null
  if (!verifyToken || !token || !challenge) return null
  return sameSecret(token, verifyToken) ? challenge : null
}
