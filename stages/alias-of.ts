import type { Ids } from '../domain/ids.ts'
import { conversationKey } from '../domain/keys.ts'
import type { Alias } from '../schemas/types.ts'

/**
 * That an address is another one of whoever is meant, with the record's key: that of the conversation which the address
 * would have had, since a key may not hold an address.
 */
export function aliasOf(
  ids: Pick<Ids, 'conversation'>,
  { tenant, channel, account, address }: Pick<Alias, 'tenant' | 'channel' | 'account' | 'address'>,
  { conversationId, participantId }: Pick<Alias, 'conversationId' | 'participantId'>,
  nowMs: number,
): { readonly key: string; readonly value: Alias } {
  const key = conversationKey(tenant, ids.conversation(tenant, channel, account, address))
  const value: Alias = {
    tenant,
    channel,
    account,
    address,
    conversationId,
    participantId,
    createdAt: nowMs,
    linked: false,
  }
  return { key, value }
}
