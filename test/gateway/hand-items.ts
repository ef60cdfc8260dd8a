import { handOver } from '../../cli/compose/hand-over.ts'
import { contentCodec } from '../../domain/content-codec.ts'
import { deliveryIdOf } from '../../domain/ids.ts'
import type { GatewayTools } from '../../gateway/tools.ts'
import type { AvroCodec } from '../../topology/codec/avro-codec.ts'

/** Hands texts over as the channel's connector does, to an address of account `app`. */
export async function handItems(
  { broker, codec, ids }: GatewayTools,
  address: string,
  texts: readonly string[],
): Promise<void> {
  const records = codec as AvroCodec
  const { hand } = handOver({ broker, codec: records, content: contentCodec(records), ids }, 'r1')
  for (const text of texts) {
    const deliveryId = deliveryIdOf('default', text, address, 0, 'in-app')
    const origin = {
      tenant: 'default',
      deliveryId,
      conversationId: 'c_talk',
      messageId: `m-${text}`,
      senderId: null,
      senderName: null,
      part: 0,
      parts: 1,
      acceptedAt: 1_700_000_000_000,
    }
    const content = { type: 'text', text } as const
    await hand({ address, content, echo: `${deliveryId}.1`, origin }, { id: 'app' })
  }
}
