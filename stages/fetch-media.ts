import { type Content, isMediaKind, type MediaContent } from '../domain/content.ts'
import type { Message } from '../schemas/types.ts'
import { defineStage, type EffectContext, type StageSetup } from '../topology/contract/stage.ts'
import { numberSetting } from './setting.ts'
import type { ContentCodec, InboundMedia, StageTools } from './tools.ts'

/**
 * Fetches at once what people send, because the links to it end soon, and keeps it as a blob. Everything that people write
 * passes here: a text that was written after a picture waits for the picture.
 */
export const fetchMedia = defineStage({
  name: 'fetch-media',
  doc: 'Fetches the files that people send and keeps them as blobs, in order per conversation; what cannot be had goes on without its bytes and says why.',
  shape: 'keyed-effect',
  in: { in: 'Message' },
  out: { messages: 'Message' },
  options: {
    within: {
      type: 'duration',
      doc: 'How long after it came a file is asked for again while its platform does not give it. What the person writes next waits for it.',
      default: '5m',
    },
    attemptTimeout: {
      type: 'duration',
      doc: 'How long one attempt may take.',
      default: '1m',
    },
  },

  create(setup: StageSetup<Pick<StageTools, 'content' | 'inboundMedia'>>) {
    const { content: codec, inboundMedia } = setup.tools
    const policy = {
      withinMs: numberSetting(setup, 'within'),
      timeoutMs: numberSetting(setup, 'attemptTimeout'),
    }
    return {
      shape: 'keyed-effect',
      group: ({ value }) => `${value.tenant}/${value.channel}/${value.account}`,
      // Our own store was away for longer than a message may wait.
      giveUp: ({ key, value }, reason) => [emitOf(key, without(value, reason, codec))],
      async act({ key, value }, context) {
        const fetched = await fetchedOf(value, context, codec, inboundMedia, policy)
        if (!('detail' in fetched)) return { kind: 'done', emit: [emitOf(key, fetched)] }
        const { afterMs } = fetched
        const hold = { kind: 'hold', reason: 'media-unreachable' } as const
        return afterMs === undefined ? hold : { ...hold, afterMs }
      },
    }
  },
})

interface Policy {
  readonly withinMs: number
  readonly timeoutMs: number
}

/** Not yet. */
interface Later {
  readonly detail: string
  readonly afterMs?: number
}

const emitOf = (key: string, value: Message) => ({ to: 'messages', key, value }) as const

/** The message with its file here, or as it goes on without; itself where there is nothing to fetch. */
async function fetchedOf(
  message: Message,
  { signal, now }: EffectContext,
  codec: ContentCodec,
  media: InboundMedia,
  { withinMs, timeoutMs }: Policy,
): Promise<Message | Later> {
  const medium = mediumOf(message, codec)
  if (!medium || (medium.mediaId === undefined && medium.url === undefined)) return message
  const kept = await media.keep(message, medium, signal, timeoutMs)
  switch (kept.kind) {
    case 'kept':
      return { ...message, content: codec.encode(kept.medium) }
    case 'unavailable':
      return without(message, kept.why, codec)
    case 'retry': {
      const againMs = now() + (kept.afterMs ?? 0)
      return againMs < message.acceptedAt + withinMs ? kept : without(message, kept.detail, codec)
    }
  }
}

/** Sealed content is nobody's to read here. */
function mediumOf(message: Message, codec: ContentCodec): MediaContent | undefined {
  if (message.seal || !isMediaKind(message.contentKind)) return undefined
  const content = codec.decode(message.contentKind, message.content)
  return isMedium(content) ? content : undefined
}

const isMedium = (content: Content): content is MediaContent => isMediaKind(content.type)

function without(message: Message, why: string, codec: ContentCodec): Message {
  const medium = mediumOf(message, codec)
  if (!medium) return message
  // A link that has ended helps nobody, and an id only whoever holds the account's token.
  const { url, mediaId, ...rest } = medium
  return { ...message, content: codec.encode({ ...rest, unavailable: why }) }
}
