import type { Outbound } from '../contract.ts'
import { humanAgentTag } from '../meta/human-agent-tag.ts'
import { midOf } from '../meta/mid-of.ts'
import type { PageMessage } from '../meta/page-send.ts'

/** The body of `POST /{page}/messages`. `metadata` comes back in the echo: that is how a lost answer is settled. */
export function sendBody(
  { address, replyTo, echo, humanAgent }: Outbound,
  message: PageMessage,
): object {
  // A template of the approved ones may be sent outside the window, too, and needs no tag.
  const type = 'template' in message ? 'UTILITY' : 'RESPONSE'
  return {
    recipient: { id: address },
    ...(humanAgent && type === 'RESPONSE' ? humanAgentTag : { messaging_type: type }),
    message: { ...message, metadata: echo },
    ...(replyTo === undefined ? {} : { reply_to: { mid: midOf(replyTo) } }),
  }
}
