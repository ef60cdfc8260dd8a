import { webhookKey } from '../../domain/keys.ts'
import { disabledOf, type WebhookState } from '../../domain/webhooks/webhook-state.ts'
import type { Webhook, WebhookHealth } from '../../schemas/types.ts'
import type { Webhooks } from '../../storage/ports/webhooks.ts'
import { LogTable, type LogTableTools } from '../log-table.ts'

interface Options {
  readonly topics: { readonly endpoints: string; readonly health: string }
  /** How long a read waits for something new, milliseconds. */
  readonly waitMs?: number
}

const none: readonly WebhookState[] = []

/** Every endpoint of the hub, in memory: most events have nobody who waits for them, and that must cost nothing. */
export class WebhookRing implements Webhooks {
  readonly loaded: Promise<void>
  readonly #webhooks: LogTable<Webhook>
  readonly #health: LogTable<WebhookHealth>
  readonly #byTenant = new Map<string, Map<string, Webhook>>()
  readonly #active = new Map<string, readonly WebhookState[]>()

  constructor(tools: LogTableTools, { topics, waitMs = 1_000 }: Options) {
    this.#webhooks = new LogTable<Webhook>(tools, {
      topic: topics.endpoints,
      type: 'Webhook',
      onChange: (key, webhook) => {
        const tenant = tenantOf(key)
        const all = this.#byTenant.get(tenant) ?? new Map<string, Webhook>()
        if (webhook) this.#byTenant.set(tenant, all.set(key, webhook))
        else all.delete(key)
        this.#refresh(tenant)
      },
      waitMs,
    })
    this.#health = new LogTable<WebhookHealth>(tools, {
      topic: topics.health,
      type: 'WebhookHealth',
      onChange: (key) => this.#refresh(tenantOf(key)),
      waitMs,
    })
    this.loaded = Promise.all([this.#webhooks.loaded, this.#health.loaded]).then(() => {})
  }

  start(): void {
    this.#webhooks.start()
    this.#health.start()
  }

  get isLoaded(): boolean {
    return this.#webhooks.isLoaded && this.#health.isLoaded
  }

  active(tenant: string): readonly WebhookState[] {
    return this.#active.get(tenant) ?? none
  }

  list(tenant: string): readonly WebhookState[] {
    return [...(this.#byTenant.get(tenant)?.values() ?? [])]
      .sort((a, b) => a.createdAt - b.createdAt)
      .map((webhook) => this.#stateOf(webhook))
  }

  get(tenant: string, webhookId: string): WebhookState | undefined {
    const webhook = this.#webhooks.get(webhookKey(tenant, webhookId))
    return webhook && this.#stateOf(webhook)
  }

  reached(position: { readonly partition: number; readonly offset: number }): Promise<void> {
    return this.#webhooks.reached(position)
  }

  async close(): Promise<void> {
    await Promise.all([this.#webhooks.close(), this.#health.close()])
  }

  #stateOf(webhook: Webhook): WebhookState {
    return { webhook, health: this.#health.get(webhookKey(webhook.tenant, webhook.webhookId)) }
  }

  #refresh(tenant: string): void {
    const active = this.list(tenant).filter((state) => disabledOf(state) === undefined)
    if (active.length > 0) this.#active.set(tenant, active)
    else this.#active.delete(tenant)
  }
}

const tenantOf = (key: string): string => key.slice(0, key.indexOf('/'))
