import type { Content } from '../../domain/content.ts'
import { ownInAppId } from '../../domain/in-app-id.ts'
import { instant } from '../../domain/instant.ts'
import type { InAppItem } from '../../schemas/types.ts'
import { isCode } from '../../topology/contract/errors.ts'
import type { ContentCodec } from '../tools.ts'

/** An item as the person's program sees it: over sockets and gRPC alike. */
export interface ItemJson {
  /** To be named in `delivered`, `read` and `replyTo`. The same when it is shown again. */
  readonly id: string
  readonly conversationId: string
  readonly messageId: string
  /** Participant id of the person who wrote it; absent for what the client sent. */
  readonly from?: string | undefined
  /** Their name, where one is known. */
  readonly fromName?: string | undefined
  /** The id of an item of theirs, or what they gave as `id` with what they sent. */
  readonly replyTo?: string | undefined
  readonly part: number
  readonly parts: number
  readonly acceptedAt: string
  readonly content: Content
}

/** @param linkTo where a blob may be fetched without a key, for a time */
export function itemJson(
  item: InAppItem,
  codec: Pick<ContentCodec, 'decode'>,
  linkTo: (tenant: string, blobId: string) => string,
): ItemJson {
  const {
    itemId,
    conversationId,
    messageId,
    senderId,
    senderName,
    replyTo,
    part,
    parts,
    acceptedAt,
  } = item
  return {
    id: itemId,
    conversationId,
    messageId,
    from: senderId ?? undefined,
    fromName: senderName ?? undefined,
    replyTo: replyTo === null ? undefined : ownInAppId(item.participantId, replyTo),
    part,
    parts,
    acceptedAt: instant(acceptedAt),
    content: shown(readable(item, codec), (blobId) => linkTo(item.tenant, blobId)),
  }
}

/** Who has no key can fetch a blob by a link only. */
function shown(content: Content, linkTo: (blobId: string) => string): Content {
  if (!('blobId' in content) || content.blobId === undefined) return content
  const { blobId, ...rest } = content
  return { ...rest, url: linkTo(blobId) }
}

/** What cannot be read is shown as such: it must not stop what comes behind it. */
function readable({ contentKind, content }: InAppItem, codec: Pick<ContentCodec, 'decode'>) {
  try {
    return codec.decode(contentKind, content)
  } catch (error) {
    if (!isCode(error, 'C4A_RECORD_UNDECODABLE')) throw error
    return { type: 'unsupported', kind: contentKind, raw: '' } as const
  }
}
