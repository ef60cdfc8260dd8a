import type { ConnectorTools, Content, Outbound, SendOutcome } from '../contract.ts'
import { lostAnswer } from '../lost-answer.ts'
import { isMedia } from '../medium-source.ts'
import { notServed } from '../not-served.ts'
import { targetMissing } from '../target-missing.ts'
import { timeoutsOf } from '../timeouts.ts'
import { graphPost } from './graph-post.ts'
import {
  type PageAttachment,
  type PageRoute,
  pageAttachment,
  pageAttachmentTypes,
} from './page-attachment.ts'
import { pageButtons } from './page-buttons.ts'
import { pageActionOutcome, pageOutcome } from './page-outcome.ts'
import { senderAction } from './sender-action.ts'
import { utilityTemplate } from './utility-template.ts'

/** What a message shows: the Send API takes one of them. */
export type PageMessage =
  | { readonly text: string; readonly quick_replies?: readonly object[] }
  | { readonly attachment: PageAttachment | object }
  | { readonly template: object }

export interface PageSend {
  readonly channel: string
  readonly route: PageRoute
  /** The channel's own request body. */
  bodyOf(outbound: Outbound, message: PageMessage): object
  /** The platform's word for a reaction. */
  reactionOf(emoji: string): string
}

/** Sends one message through the Messenger Platform (Pages and Instagram accounts). */
export async function pageSend(
  tools: ConnectorTools,
  { channel, route, bodyOf, reactionOf }: PageSend,
  outbound: Outbound,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const missing = targetMissing(channel, outbound, ['reaction'])
  if (missing) return missing
  const action = senderAction(outbound, reactionOf)
  const message = action ?? (await messageOf(tools, outbound.content, route, signal))
  if (!message) return notServed(channel, outbound.content)
  if ('outcome' in message) return message.outcome
  const body = 'sender_action' in message ? message : bodyOf(outbound, message)
  try {
    const answer = await graphPost(tools, {
      account: route.account,
      node: route.node,
      edge: 'messages',
      contentType: 'application/json',
      body: JSON.stringify(body),
      signal,
      timeoutMs: timeoutsOf(tools.limits).sendMs,
    })
    return action ? pageActionOutcome(answer, outbound.echo) : pageOutcome(answer)
  } catch (error) {
    return lostAnswer(error)
  }
}

async function messageOf(
  tools: ConnectorTools,
  content: Content,
  route: PageRoute,
  signal: AbortSignal,
): Promise<PageMessage | { readonly outcome: SendOutcome } | undefined> {
  if (content.type === 'text') return { text: content.text }
  if (content.type === 'buttons') return pageButtons(content)
  if (content.type === 'template') return { template: utilityTemplate(content) }
  if (!isMedia(content)) return undefined

  const type = pageAttachmentTypes[content.type]
  if (type === undefined) return undefined
  const { uploadMs } = timeoutsOf(tools.limits)
  const attachment = await pageAttachment(tools, type, content, route, signal, uploadMs)
  return 'outcome' in attachment ? attachment : { attachment }
}
