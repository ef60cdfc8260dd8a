import type { Inbound } from '../connectors/contract.ts'
import { participantKey } from '../domain/keys.ts'
import type { InboundItem, Unsupported } from '../schemas/types.ts'
import { defineStage, type Emit, type StageSetup } from '../topology/contract/stage.ts'
import { type AddressIds, addressIds } from './address-ids.ts'
import { aliasOf } from './alias-of.ts'
import { inboundMessage } from './inbound-message.ts'
import { inboundReceipt } from './inbound-receipt.ts'
import type { OwnAccount, StageTools } from './tools.ts'

const out = {
  messages: 'Message',
  receipts: 'Receipt',
  unsupported: 'Unsupported',
  aliases: 'Alias',
} as const

/** Makes canonical records of what platforms posted. Nothing of an item is lost: what cannot be read is kept. */
export const normalize = defineStage({
  name: 'normalize',
  doc: "Reads the items of platforms' webhooks through their connectors: messages, receipts, chats that moved, and what is not understood yet.",
  shape: 'transform',
  in: { items: 'InboundItem' },
  out,
  options: {},

  create({ tools }: StageSetup<StageTools>) {
    const idsOf = addressIds(tools.ids)
    return {
      shape: 'transform',
      run({ key, value: item }) {
        const { channel, item: bytes, context, receivedAt } = item
        const parsed = tools.channels.parse(channel, bytes, context, receivedAt)
        const [first] = parsed
        // Most items say one thing.
        if (parsed.length === 1 && first) return emitsOf(first, 0, item, key, tools, idsOf)
        return parsed.flatMap((inbound, nth) => emitsOf(inbound, nth, item, key, tools, idsOf))
      },
    }
  },
})

function emitsOf(
  inbound: Inbound,
  nth: number,
  item: InboundItem,
  key: string,
  tools: StageTools,
  idsOf: IdsOf,
): readonly Emit<typeof out>[] {
  if (inbound.kind === 'ignored') return []
  if (inbound.kind === 'unsupported') {
    return [{ to: 'unsupported', key, value: unsupported(item, inbound.why) }]
  }
  const account = ownAccount(item, inbound.account, tools)
  if (!account) {
    const why = `account '${inbound.account}' is not one of this hub's`
    return [{ to: 'unsupported', key, value: unsupported(item, why) }]
  }
  if (inbound.kind === 'moved')
    return [{ to: 'aliases', ...movedAlias(item, inbound, account, tools, idsOf) }]
  if (inbound.kind === 'message') {
    const own = idsOf(item.channel, account, inbound.address)
    // A group chat is a conversation of its own, whoever writes in it.
    const place = inbound.chat === undefined ? own : idsOf(item.channel, account, inbound.chat)
    const ids = { conversationId: place.conversationId, participantId: own.participantId }
    const value = inboundMessage(item, nth, inbound, account, ids, tools.ids, tools.content)
    return [{ to: 'messages', key: place.key, value }]
  }
  if (inbound.address === null) {
    return [{ to: 'receipts', key, value: inboundReceipt(item, inbound, account, null) }]
  }
  const { conversationId, participantId } = idsOf(item.channel, account, inbound.address)
  const value = inboundReceipt(item, inbound, account, participantId)
  // In one partition with our own receipts for this person, as far as the address tells.
  return [
    { to: 'receipts', key: participantKey(account.tenant, conversationId, participantId), value },
  ]
}

type IdsOf = (channel: string, account: OwnAccount, address: string) => AddressIds

/** The new address leads to the conversation that the old one has. */
function movedAlias(
  { channel, receivedAt }: InboundItem,
  { from, to }: Extract<Inbound, { kind: 'moved' }>,
  own: OwnAccount,
  { ids }: StageTools,
  idsOf: IdsOf,
) {
  const { id: account, tenant } = own
  const of = idsOf(channel, own, from)
  return aliasOf(ids, { tenant, channel, account, address: to }, of, receivedAt)
}

/** One endpoint serves many accounts and tenants, so the account that the item names counts first. */
const ownAccount = (
  item: InboundItem,
  named: string,
  { channels }: StageTools,
): OwnAccount | undefined =>
  channels.accountOf(item.channel, named) ??
  (item.account === null ? undefined : { id: item.account, tenant: item.tenant })

function unsupported(item: InboundItem, reason: string): Unsupported {
  return {
    tenant: item.tenant,
    channel: item.channel,
    account: item.account,
    reason,
    item: item.item,
    context: item.context,
    receivedAt: item.receivedAt,
  }
}
