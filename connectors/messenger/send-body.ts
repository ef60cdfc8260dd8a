import type { Outbound } from '../contract.ts'
import { midOf } from '../meta/mid-of.ts'
import type { PageMessage } from '../meta/page-send.ts'

/** The body of `POST /{page}/messages`. `metadata` comes back in the echo: that is how a lost answer is settled. */
export function sendBody({ address, replyTo, echo }: Outbound, message: PageMessage): object {
  return {
    recipient: { id: address },
    // A template of the approved ones may be sent outside the window, too.
    messaging_type: 'template' in message ? 'UTILITY' : 'RESPONSE',
    message: { ...message, metadata: echo },
    ...(replyTo === undefined ? {} : { reply_to: { mid: midOf(replyTo) } }),
  }
}
