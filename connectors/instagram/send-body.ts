import type { Outbound } from '../contract.ts'
import { humanAgentTag } from '../meta/human-agent-tag.ts'
import { midOf } from '../meta/mid-of.ts'
import type { PageMessage } from '../meta/page-send.ts'

/** The body of `POST /{account}/messages`. Instagram has no metadata, so `echo` stays here. */
export function sendBody({ address, replyTo, humanAgent }: Outbound, message: PageMessage): object {
  return {
    recipient: { id: address },
    message,
    ...(humanAgent && humanAgentTag),
    ...(replyTo === undefined ? {} : { reply_to: { mid: midOf(replyTo) } }),
  }
}
