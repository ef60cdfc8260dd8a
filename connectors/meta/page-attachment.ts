import type { Account, ConnectorTools, MediaKind, SendOutcome } from '../contract.ts'
import { type MediaContent, mediumSource } from '../medium-source.ts'
import { pageUploadOutcome } from './page-outcome.ts'
import { upload } from './upload.ts'

/** `message.attachment` of the Send API. */
export interface PageAttachment {
  readonly type: string
  readonly payload: Readonly<Record<string, string | boolean>>
}

/** How an account is addressed on the Messenger Platform. */
export interface PageRoute {
  readonly account: Account
  /** The Page, the Instagram account or `me`. */
  readonly node: string
  /** Fields that go beside the message of an upload: `platform` for Instagram. */
  readonly uploadFields: Readonly<Record<string, string>>
}

/** The Messenger Platform's word for a kind; undefined for kinds it cannot be sent. */
export const pageAttachmentTypes: Readonly<Record<MediaKind, string | undefined>> = {
  image: 'image',
  document: 'file',
  audio: 'audio',
  video: 'video',
  sticker: undefined,
}

/** The attachment for a medium; a blob of ours is uploaded first (ids live 90 days). */
export async function pageAttachment(
  tools: ConnectorTools,
  type: string,
  content: MediaContent,
  { account, node, uploadFields }: PageRoute,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<PageAttachment | { readonly outcome: SendOutcome }> {
  const source = await mediumSource(tools, content)
  switch (source.at) {
    case 'link':
      return { type, payload: { url: source.link } }
    case 'platform':
      return { type, payload: { attachment_id: source.id } }
    case 'nowhere':
      return { outcome: source.outcome }
    case 'hub': {
      const { bytes, mimeType, filename } = source.blob
      // Meta allows an uploaded attachment in a message only if it was marked so.
      const message = JSON.stringify({ attachment: { type, payload: { is_reusable: true } } })
      const uploaded = await upload(
        tools,
        {
          account,
          node,
          edge: 'message_attachments',
          fields: { ...uploadFields, message },
          file: { name: 'filedata', filename: content.filename ?? filename, mimeType, bytes },
          signal,
          timeoutMs,
        },
        pageUploadOutcome,
      )
      return 'outcome' in uploaded ? uploaded : { type, payload: { attachment_id: uploaded.id } }
    }
  }
}
