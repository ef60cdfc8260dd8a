import type { Ids } from '../domain/ids.ts'
import { conversationKey } from '../domain/keys.ts'
import { RecentAddresses } from '../domain/recent-addresses.ts'
import type { OwnAccount } from './tools.ts'

/** Whom and what an address stands for, as far as it alone tells. */
export interface AddressIds {
  /** Of the conversation that sending to the address would use. */
  readonly conversationId: string
  readonly participantId: string
  /** The conversation's key. */
  readonly key: string
}

/** 40,000 of them are some 10 MB. */
const half = 20_000

/**
 * The ids of addresses. Who writes writes again, and each message to them comes back as three receipts: what is derived
 * once need not be derived for each.
 */
export function addressIds(
  ids: Ids,
): (channel: string, account: OwnAccount, address: string) => AddressIds {
  const recent = new RecentAddresses<AddressIds>(half)
  return (channel, { id: account, tenant }, address) => {
    const at = { channel, account, address }
    const known = recent.get(tenant, at)
    if (known !== undefined) return known
    const conversationId = ids.conversation(tenant, channel, account, address)
    const participantId = ids.participant(tenant, channel, account, address)
    const key = conversationKey(tenant, conversationId)
    const made = { conversationId, participantId, key }
    recent.set(tenant, at, made)
    return made
  }
}
