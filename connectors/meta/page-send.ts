import type { Capabilities, ConnectorTools, Content, Outbound, SendOutcome } from '../contract.ts'
import { locationAsText } from '../location-as-text.ts'
import { lostAnswer } from '../lost-answer.ts'
import { isMedia } from '../medium-source.ts'
import { notServed } from '../not-served.ts'
import { timeoutsOf } from '../timeouts.ts'
import { graphPost } from './graph-post.ts'
import {
  type PageAttachment,
  type PageRoute,
  pageAttachment,
  pageAttachmentTypes,
} from './page-attachment.ts'
import { pageOutcome } from './page-outcome.ts'

/** What a message shows: the Send API takes text or an attachment, never both. */
export type PageMessage = { readonly text: string } | { readonly attachment: PageAttachment }

export interface PageSend {
  readonly channel: string
  readonly text: Capabilities['text']
  readonly route: PageRoute
  /** The channel's own request body. */
  bodyOf(outbound: Outbound, message: PageMessage): object
}

/** Sends one message through the Messenger Platform (Pages and Instagram accounts). */
export async function pageSend(
  tools: ConnectorTools,
  { channel, text, route, bodyOf }: PageSend,
  outbound: Outbound,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const message = await messageOf(tools, outbound.content, text, route, signal)
  if (!message) return notServed(channel, outbound.content)
  if ('outcome' in message) return message.outcome
  try {
    const answer = await graphPost(tools, {
      account: route.account,
      node: route.node,
      edge: 'messages',
      contentType: 'application/json',
      body: JSON.stringify(bodyOf(outbound, message)),
      signal,
      timeoutMs: timeoutsOf(tools.limits).sendMs,
    })
    return pageOutcome(answer)
  } catch (error) {
    return lostAnswer(error)
  }
}

async function messageOf(
  tools: ConnectorTools,
  content: Content,
  text: Capabilities['text'],
  route: PageRoute,
  signal: AbortSignal,
): Promise<PageMessage | { readonly outcome: SendOutcome } | undefined> {
  if (content.type === 'text') return { text: content.text }
  // Neither Messenger nor Instagram has a location to send.
  if (content.type === 'location') return { text: locationAsText(content, text) }
  if (!isMedia(content)) return undefined

  const type = pageAttachmentTypes[content.type]
  if (type === undefined) return undefined
  const { uploadMs } = timeoutsOf(tools.limits)
  const attachment = await pageAttachment(tools, type, content, route, signal, uploadMs)
  return 'outcome' in attachment ? attachment : { attachment }
}
