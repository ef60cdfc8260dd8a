import type { Content, MediaContent } from '../../domain/content.ts'
import { mediaKinds } from '../../domain/content.ts'
import { showingRules } from '../../domain/showing/rules.ts'
import { showOn } from '../../domain/showing/show-on.ts'
import type { Shown } from '../../domain/showing/shown.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import { accountFinder } from './account-finder.ts'
import type { SendRequest } from './send-request.ts'

/** What each person would see of a message, and why. */
export interface PreviewJson {
  readonly recipients: readonly RecipientPreview[]
}

export interface RecipientPreview {
  readonly participantId?: string | undefined
  readonly channel: string
  readonly account: string
  readonly address: string
  /** native, degraded or rejected */
  readonly outcome: string
  /** rejected: why nothing could be shown. */
  readonly detail?: string | undefined
  /** What is done to it, in words. */
  readonly rules: readonly { readonly rule: string; readonly detail: string }[]
  /** Channel messages, in the order in which they would be sent. */
  readonly parts: readonly { readonly content: Content }[]
}

/** Sends nothing. Throws as a send does, and C4A_NOT_FOUND for a conversation that is not known. */
export type Preview = (request: SendRequest, caller: Caller) => Promise<PreviewJson>

interface Recipient {
  readonly participantId?: string
  readonly channel: string
  readonly account: string
  readonly address: string
}

export function previewOperation({
  channels,
  directory,
  blobs,
}: Pick<GatewayTools, 'channels' | 'directory' | 'blobs'>): Preview {
  const findAccount = accountFinder(channels)

  async function recipientsOf(
    { to, fallback = [], conversationId = '' }: SendRequest,
    { tenant }: Caller,
  ): Promise<readonly Recipient[]> {
    if (to) {
      return [to, ...fallback].map((each) => ({
        channel: each.channel,
        ...findAccount(each, tenant),
      }))
    }
    const [conversation] = await directory.conversations([{ tenant, conversationId }])
    if (conversation) return conversation.participants
    throw new Chat4AllError('C4A_NOT_FOUND', {
      what: `No conversation '${conversationId}' is known`,
      why: 'your tenant has none of that id',
      todo: 'Create it first, or give `to`',
    })
  }

  /** With what the store knows of the bytes, which the sender need not have said. */
  async function known(content: Content, { tenant }: Caller): Promise<Content> {
    if (!isMedia(content) || content.blobId === undefined) return content
    const blob = await blobs.get(tenant, content.blobId)
    if (blob) return { mimeType: blob.mimeType, sizeBytes: blob.bytes.length, ...content }
    throw new Chat4AllError('C4A_NOT_FOUND', {
      what: `No blob '${content.blobId}' is known`,
      why: 'your tenant never stored one of that id',
      todo: 'Take the blobId from the answer to POST /v1/blobs',
    })
  }

  return async (request, caller) => {
    const recipients = await recipientsOf(request, caller)
    const content = await known(request.content, caller)
    const hasTarget = request.replyTo !== undefined
    return {
      recipients: recipients.map(({ participantId, channel, account, address }) => {
        const capabilities = channels.get(channel)?.capabilities
        const shown: Shown = capabilities
          ? showOn(content, capabilities, { hasTarget })
          : { kind: 'rejected', why: `This hub sends nothing on channel '${channel}'.` }
        return { participantId, channel, account, address, ...told(shown) }
      }),
    }
  }
}

function told(shown: Shown): Pick<RecipientPreview, 'outcome' | 'detail' | 'rules' | 'parts'> {
  if (shown.kind === 'rejected') {
    return { outcome: 'rejected', detail: shown.why, rules: [], parts: [] }
  }
  const { rules, parts } = shown
  return {
    outcome: rules.length === 0 ? 'native' : 'degraded',
    rules: rules.map((rule) => ({ rule, detail: showingRules[rule] })),
    parts: parts.map((content) => ({ content })),
  }
}

const isMedia = (content: Content): content is MediaContent =>
  (mediaKinds as readonly string[]).includes(content.type)
