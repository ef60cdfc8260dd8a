import { mediaKinds } from '../domain/content.ts'
import type { ConnectorTools, Content, MediaKind, SendOutcome } from './contract.ts'

export type MediaContent = Extract<Content, { type: MediaKind }>
export type Blob = NonNullable<Awaited<ReturnType<ConnectorTools['blob']>>>

/** Where the bytes of a medium are: at a link, at the platform under its id, or with us. */
export type MediumSource =
  | { readonly at: 'link'; readonly link: string }
  | { readonly at: 'platform'; readonly id: string }
  | { readonly at: 'hub'; readonly blob: Blob }
  | { readonly at: 'nowhere'; readonly outcome: SendOutcome }

export async function mediumSource(
  { blob, link }: ConnectorTools,
  { url, mediaId, blobId }: MediaContent,
): Promise<MediumSource> {
  if (url !== undefined) return { at: 'link', link: url }
  if (mediaId !== undefined) return { at: 'platform', id: mediaId }
  if (blobId === undefined) return nowhere('the medium names neither url nor blob')
  try {
    const large = await link?.(blobId)
    if (large !== undefined) return { at: 'link', link: large }
    const found = await blob(blobId)
    return found ? { at: 'hub', blob: found } : nowhere(`there is no blob ${blobId}`)
  } catch {
    // Nothing was sent yet; the store may be back in a moment.
    const outcome = { kind: 'retry', reason: 'transient', detail: 'the blob store failed' } as const
    return { at: 'nowhere', outcome }
  }
}

export function isMedia(content: Content): content is MediaContent {
  return (mediaKinds as readonly string[]).includes(content.type)
}

const nowhere = (detail: string): MediumSource => ({
  at: 'nowhere',
  outcome: { kind: 'refused', reason: 'media-unreachable', detail },
})
