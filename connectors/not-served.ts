import type { Content, SendOutcome } from './contract.ts'

/** Route keeps such kinds away by the capabilities; should one come all the same, it is the sender's turn. */
export function notServed(channel: string, { type }: Content): SendOutcome {
  return {
    kind: 'refused',
    reason: 'content-rejected',
    detail: `${channel} does not show messages of kind ${type}`,
  }
}
