import type { WebhookState } from '../../../domain/webhooks/webhook-state.ts'
import type { Webhooks } from '../../../storage/ports/webhooks.ts'
import { Chat4AllError } from '../../../topology/contract/errors.ts'

/** Throws C4A_NOT_FOUND: another tenant's endpoint looks the same as none. C4A_UNAVAILABLE while they are still being read. */
export function knownWebhook(directory: Webhooks, tenant: string, webhookId: string): WebhookState {
  const state = directory.get(tenant, webhookId)
  if (state !== undefined) return state
  if (!directory.isLoaded) {
    throw new Chat4AllError('C4A_UNAVAILABLE', {
      what: 'The endpoints are not known yet',
      why: 'the gateway has just started and is still reading them',
      todo: 'Try again in a second',
    })
  }
  throw new Chat4AllError('C4A_NOT_FOUND', {
    what: `No webhook '${webhookId}' is known`,
    why: 'your tenant has none of that id',
    todo: 'See GET /v1/webhooks',
  })
}
