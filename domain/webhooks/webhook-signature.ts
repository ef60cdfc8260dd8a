import { createHmac } from 'node:crypto'

/**
 * The headers that make a request a Standard Webhook (standardwebhooks.com, spec 1.0.0): the id stays the same over all
 * attempts, so that a receiver can tell a repetition; the timestamp is that of the attempt, since receivers refuse
 * old ones; a signature for each secret, so that during a rotation the old one is good, too.
 */
export function webhookHeaders(
  id: string,
  atMs: number,
  body: string,
  secrets: readonly Uint8Array[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(atMs / 1000))
  const signed = `${id}.${timestamp}.${body}`
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`,
  )
  return {
    'content-type': 'application/json',
    'user-agent': 'Chat4All-Webhooks/2',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}
