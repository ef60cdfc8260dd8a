import { eventIdOf } from '../../domain/ids.ts'
import { conversationKey } from '../../domain/keys.ts'
import type { Event, Message, ReadMark } from '../../schemas/types.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import { appendOrFail } from './append-or-fail.ts'
import { blankEvent } from './blank-event.ts'
import { mustExist } from './must-exist.ts'
import type { PositionTokens } from './position-token.ts'
import { type ReadMarkJson, readMarkJson } from './read-mark-json.ts'

/** After its check against schemas/read. */
export interface ReadRequest {
  /** The last message that was read; the newest that the tables show where it is absent. */
  readonly messageId?: string
}

/** Without `read` there was nothing to read yet; without `position` nothing was written. */
export interface ReadAnswer {
  readonly conversationId: string
  readonly read?: ReadMarkJson
  readonly position?: string
}

export type MarkRead = (
  conversationId: string,
  request: ReadRequest,
  caller: Caller,
) => Promise<ReadAnswer>

type ReadTools = Pick<
  GatewayTools,
  'broker' | 'codec' | 'clock' | 'history' | 'directory' | 'topics'
>

/**
 * Marks a conversation as read by the client, up to a message that it has seen: not up to now, since something may be on
 * its way to the tables that nobody has seen yet. A mark never goes back. Throws C4A_NOT_FOUND, C4A_UNAVAILABLE.
 */
export function markReadOperation(tools: ReadTools, positions: PositionTokens): MarkRead {
  const { broker, codec, clock, history, directory, topics } = tools

  async function lastRead(
    tenant: string,
    conversationId: string,
    messageId: string | undefined,
  ): Promise<Message | undefined> {
    if (messageId === undefined) {
      const [newest] = await history.messages(tenant, conversationId, { limit: 1 })
      if (newest === undefined) await mustExist(directory, tenant, conversationId)
      return newest?.message
    }
    const found = await history.message(tenant, messageId)
    if (found?.message.conversationId === conversationId) return found.message
    throw new Chat4AllError('C4A_NOT_FOUND', {
      what: `Conversation '${conversationId}' has no message '${messageId}'`,
      why: 'it belongs to another one, or is still on its way to the tables',
      todo: 'Name a message that the list of its messages shows',
    })
  }

  return async (conversationId, request, { tenant, keyId }) => {
    const message = await lastRead(tenant, conversationId, request.messageId)
    if (message === undefined) return { conversationId }
    const [known] = await directory.reads([{ tenant, conversationId }])
    if (known !== undefined && known.readTo >= message.acceptedAt) {
      return { conversationId, read: readMarkJson(known) }
    }
    const mark: ReadMark = {
      tenant,
      conversationId,
      messageId: message.messageId,
      readTo: message.acceptedAt,
      readAt: clock.now(),
      readBy: keyId,
    }
    const key = conversationKey(tenant, conversationId)
    const headers = { 'c4a-tenant': tenant, 'c4a-conversation': conversationId }
    const [position] = await appendOrFail(broker, [
      { topic: topics.reads, key, value: codec.encode('ReadMark', mark), headers },
      { topic: topics.events, key, value: codec.encode('Event', readEvent(mark)), headers },
    ])
    return { conversationId, read: readMarkJson(mark), position: positions.write(position) }
  }
}

function readEvent(mark: ReadMark): Event {
  const { tenant, conversationId, messageId, readTo, readAt } = mark
  return {
    ...blankEvent,
    eventId: eventIdOf('conversation.read', tenant, conversationId, String(readTo)),
    tenant,
    type: 'conversation.read',
    occurredAt: readAt,
    messageId,
    conversationId,
    data: JSON.stringify(readMarkJson(mark)),
  }
}
