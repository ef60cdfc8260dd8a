import type { Ids } from '../domain/ids.ts'
import type { Message } from '../schemas/types.ts'
import { type Hinted, hasHint } from './known-aliases.ts'

/** Of a conversation with the very address that the message names, whose id was derived from it. */
export function isDirect(
  message: Message,
  { ids }: { readonly ids: Pick<Ids, 'conversation'> },
): message is Hinted {
  if (!hasHint(message)) return false
  const { tenant, channel, account, address, conversationId } = message
  return ids.conversation(tenant, channel, account, address) === conversationId
}
