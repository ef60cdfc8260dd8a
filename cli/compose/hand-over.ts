import type { Account, ConnectorTools, Outbound } from '../../connectors/contract.ts'
import { inAppId } from '../../domain/in-app-id.ts'
import { personKey } from '../../domain/keys.ts'
import type { InAppItem } from '../../schemas/types.ts'
import { systemClock } from '../../topology/adapters/system-clock.ts'
import { engineHeaders } from '../../topology/contract/headers.ts'
import type { Base } from './base.ts'
import { inAppTopic } from './topics.ts'

type Tools = Pick<Base, 'broker' | 'codec' | 'content' | 'ids'>

/** How the in-app channel sends: a record for the person, under a key that every gateway derives from their address. */
export function handOver(
  { broker, codec, content, ids }: Tools,
  revision: string,
): Required<Pick<ConnectorTools, 'hand'>> {
  function itemOf({ address, origin, replyTo, ...outbound }: Outbound, account: string): InAppItem {
    if (!origin) throw new Error('a delivery of the hub names where it comes from')
    const { tenant, conversationId, messageId, senderId, senderName, part, parts, acceptedAt } =
      origin
    return {
      itemId: origin.deliveryId,
      tenant,
      participantId: ids.participant(tenant, 'in-app', account, address),
      conversationId,
      messageId,
      senderId,
      senderName,
      replyTo: replyTo ?? null,
      part,
      parts,
      acceptedAt,
      contentKind: outbound.content.type,
      content: content.encode(outbound.content),
      seal: null,
    }
  }

  return {
    async hand(outbound: Outbound, account: Pick<Account, 'id'>) {
      const item = itemOf(outbound, account.id)
      const { tenant, participantId, itemId } = item
      await broker.append([
        {
          topic: inAppTopic,
          key: personKey(tenant, participantId),
          value: codec.encode('InAppItem', item),
          headers: { 'c4a-tenant': tenant, [engineHeaders.revision]: revision },
          timestampMs: systemClock.now(),
        },
      ])
      return inAppId(participantId, itemId)
    },
  }
}
