import { type Content, isMediaKind, type MediaContent } from '../domain/content.ts'
import type { Message } from '../schemas/types.ts'
import type { EffectContext } from '../topology/contract/stage.ts'
import type { ContentCodec, InboundMedia, StageTools } from './tools.ts'

export interface FetchPolicy {
  readonly withinMs: number
  readonly timeoutMs: number
}

/** The message with its file here, or as it goes on without; itself where there is nothing to fetch. */
export async function fetchedMessage(
  message: Message,
  { signal, now }: Pick<EffectContext, 'signal' | 'now'>,
  { content: codec, inboundMedia }: Pick<StageTools, 'content' | 'inboundMedia'>,
  { withinMs, timeoutMs }: FetchPolicy,
): Promise<Message | Later> {
  const medium = mediumOf(message, codec)
  if (!medium || (medium.mediaId === undefined && medium.url === undefined)) return message
  const kept = await inboundMedia.keep(message, medium, signal, timeoutMs)
  switch (kept.kind) {
    case 'kept':
      return { ...message, content: codec.encode(kept.medium) }
    case 'unavailable':
      return withoutFile(message, kept.why, codec)
    case 'retry': {
      const againMs = now() + (kept.afterMs ?? 0)
      return againMs < message.acceptedAt + withinMs
        ? kept
        : withoutFile(message, kept.detail, codec)
    }
  }
}

/** Not yet. */
type Later = Extract<Awaited<ReturnType<InboundMedia['keep']>>, { kind: 'retry' }>

/** A link that has ended helps nobody, and an id only whoever holds the account's token. */
export function withoutFile(message: Message, why: string, codec: ContentCodec): Message {
  const medium = mediumOf(message, codec)
  if (!medium || medium.blobId !== undefined) return message
  const { url, mediaId, ...rest } = medium
  return { ...message, content: codec.encode({ ...rest, unavailable: why }) }
}

/** Sealed content is nobody's to read here. */
function mediumOf(message: Message, codec: ContentCodec): MediaContent | undefined {
  if (message.seal || !isMediaKind(message.contentKind)) return undefined
  const content = codec.decode(message.contentKind, message.content)
  return isMedium(content) ? content : undefined
}

const isMedium = (content: Content): content is MediaContent => isMediaKind(content.type)
