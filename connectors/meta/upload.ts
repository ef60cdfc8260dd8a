import type { Account, ConnectorTools, HttpAnswer, SendOutcome } from '../contract.ts'
import { lostAnswer } from '../lost-answer.ts'
import { type FilePart, multipart } from '../multipart.ts'
import { graphPost } from './graph-post.ts'

export interface Upload {
  readonly account: Account
  /** As in `GraphPost`. */
  readonly node?: string
  /** `media` (WhatsApp) or `message_attachments` (Messenger, Instagram). */
  readonly edge: string
  readonly fields: Readonly<Record<string, string>>
  readonly file: FilePart
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

export type Uploaded = { readonly id: string } | { readonly outcome: SendOutcome }

/**
 * Uploads a file and hands back the platform's id for it. An upload shows nothing to anybody, so where its answer
 * is lost the message was certainly not sent: `unknown` becomes `retry`.
 */
export async function upload(
  tools: ConnectorTools,
  { file, fields, ...post }: Upload,
  outcomeOf: (answer: HttpAnswer) => SendOutcome,
): Promise<Uploaded> {
  const { contentType, body } = multipart(fields, file)
  let outcome: SendOutcome
  try {
    const answer = await graphPost(tools, { ...post, contentType, body })
    outcome = outcomeOf(answer)
  } catch (error) {
    outcome = lostAnswer(error)
  }
  if (outcome.kind === 'sent') return { id: outcome.providerMessageId }
  if (outcome.kind !== 'unknown') return { outcome }
  return { outcome: { kind: 'retry', reason: 'transient', detail: `upload: ${outcome.detail}` } }
}
