import type { WebhookItem } from './contract.ts'

/** A body that cannot be cut is kept whole: a later parser may read what this one cannot. */
export function unsplittable(body: Uint8Array, account: string | null = null): WebhookItem {
  return { account, chat: '', item: body, context: new Uint8Array() }
}
