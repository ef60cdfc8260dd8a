import type { WebhookState } from '../../domain/webhooks/webhook-state.ts'

/**
 * Where clients want to hear of events, and how the calls go. It follows the log, so what another process has written is
 * seen a moment later.
 */
export interface Webhooks {
  /** Resolves when everything is known that was in the log at the start. */
  readonly loaded: Promise<void>
  readonly isLoaded: boolean
  /** Endpoints of the tenant that are to be called. The same array until it changes. */
  active(tenant: string): readonly WebhookState[]
  /** All of a tenant's, disabled ones too, oldest first. */
  list(tenant: string): readonly WebhookState[]
  get(tenant: string, webhookId: string): WebhookState | undefined
  /** Resolves when the endpoint record at this place of its topic is known here, or this closes. */
  reached(position: { readonly partition: number; readonly offset: number }): Promise<void>
}
