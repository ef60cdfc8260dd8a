import { createHmac, timingSafeEqual } from 'node:crypto'
import type { WebhookEndpoint, WebhookRequest } from '../contract.ts'

/**
 * `X-Hub-Signature-256: sha256=<hex>` is HMAC-SHA256 under the app secret over the raw bytes: Meta escapes
 * non-ASCII as \uXXXX, so a body that was parsed and written again has another MAC. Any secret of the endpoint
 * may have signed; all are tried, so that the time tells nothing.
 */
export function verifySignature(
  { headers, body }: WebhookRequest,
  { secrets }: WebhookEndpoint,
): boolean {
  const { 'x-hub-signature-256': signature = '' } = headers
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(signature)?.[1]
  if (hex === undefined) return false

  const given = Buffer.from(hex, 'hex')
  let valid = false
  for (const secret of secrets) {
    // An empty secret would let anybody sign.
    if (secret === '') continue
    const expected = createHmac('sha256', secret).update(body).digest()
    if (timingSafeEqual(expected, given)) valid = true
  }
  return valid
}
