import type { Content, Outbound, SendOutcome } from './contract.ts'

/** The refusal of what is about another message and does not name it as the platform does; undefined where nothing is missing. */
export function targetMissing(
  channel: string,
  { content, replyTo }: Outbound,
  kinds: readonly Content['type'][],
): SendOutcome | undefined {
  if (replyTo !== undefined || !kinds.includes(content.type)) return undefined
  return {
    kind: 'refused',
    reason: 'content-rejected',
    detail: `${channel}: the message that this ${content.type} is about never got there`,
  }
}
