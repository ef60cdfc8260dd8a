import { inboundMessageId } from '../domain/ids.ts'
import type { Message } from '../schemas/types.ts'
import type { History } from '../storage/ports/history.ts'

/**
 * Our id of the message that a person's message is about, which names it by the platform's: of what we delivered to them, or of what
 * somebody wrote. Undefined where the history knows neither, which may be because it is behind.
 */
export async function answeredId(
  { tenant, channel, account, replyTo }: Message,
  history: Pick<History, 'resolve' | 'message'>,
): Promise<string | undefined> {
  if (channel === null || account === null || replyTo === null) return undefined
  const ref = { tenant, channel, account, providerMessageId: replyTo }
  const [found] = await history.resolve([{ ...ref, participantId: null, watermarkMs: null }])
  const [delivery] = found ?? []
  if (delivery) return delivery.messageId
  const written = inboundMessageId(channel, account, replyTo)
  return (await history.message(tenant, written)) ? written : undefined
}
