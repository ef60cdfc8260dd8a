import { fallbackIdOf, releaseIdOf } from '../../domain/ids.ts'
import { conversationKey, participantKey } from '../../domain/keys.ts'
import { isLost } from '../../domain/status.ts'
import { unsentReceipt } from '../../domain/unsent-receipt.ts'
import type { Rejection } from '../../schemas/types.ts'
import type { DeliveryView, MessageView } from '../../storage/ports/history.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { engineHeaders } from '../../topology/contract/headers.ts'
import type { NewRecord } from '../../topology/contract/record.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import { appendOrFail } from './append-or-fail.ts'
import type { ReadYourWrites } from './read-your-writes.ts'

export interface Cancellation {
  readonly messageId: string
  /** `partly`: some of its parts or people had been given to a platform. */
  readonly outcome: 'cancelled' | 'partly' | 'too-late'
  /** Channel messages that will not be sent; 0 where none was made yet. */
  readonly cancelled: number
  /** Channel messages that a platform has, or may have. */
  readonly tooLate: number
  readonly detail: string
}

export type CancelMessage = (
  messageId: string,
  position: string | undefined,
  caller: Caller,
) => Promise<Cancellation>

type CancelTools = Pick<
  GatewayTools,
  'broker' | 'codec' | 'clock' | 'history' | 'ledger' | 'revision' | 'topics'
>

/**
 * Takes back what no platform has been given. The ledger decides, against the stages that would send: one of the two
 * wins, so what is answered here is so. What follows, the status, is told by the log like any other.
 * Throws C4A_NOT_FOUND, and C4A_UNPROCESSABLE for what a person wrote.
 */
export function cancelMessageOperation(
  tools: CancelTools,
  readYourWrites: ReadYourWrites,
): CancelMessage {
  const { history, ledger, clock } = tools

  async function cancelScheduled({ message }: MessageView): Promise<boolean> {
    const { tenant, messageId, digest } = message
    const now = clock.now()
    const id = releaseIdOf(tenant, messageId)
    if (!(await ledger.cancel(id, digest, 'cancelled', now))) return false
    await append(tools, [rejection(tools, message, now)])
    return true
  }

  async function cancelDeliveries({ message, deliveries }: MessageView): Promise<number> {
    const { digest } = message
    const now = clock.now()
    const ended = await Promise.all(
      deliveries.map(({ deliveryId }) => ledger.cancel(deliveryId, digest, 'cancelled', now)),
    )
    const cancelled = deliveries.filter((_, index) => ended[index])
    await append(
      tools,
      cancelled.map((delivery) => receipt(tools, message, delivery, now)),
    )
    return cancelled.length
  }

  /** Where it was to go next: false where it has gone to the last of its channels, or names none. */
  async function cancelFallback({ message, deliveries }: MessageView): Promise<boolean> {
    const { tenant, messageId, digest, fallback } = message
    const tried = new Set(deliveries.map(({ channel }) => channel)).size
    const now = clock.now()
    const ended = await Promise.all(
      fallback.flatMap((_, nth) =>
        // The first of its channels is none of these.
        nth < tried - 1
          ? []
          : ledger.cancel(fallbackIdOf(tenant, messageId, nth), digest, 'cancelled', now),
      ),
    )
    const isEnded = ended.includes(true)
    if (isEnded)
      await append(tools, [
        rejection(tools, message, now, 'It was cancelled before it went to another channel.'),
      ])
    return isEnded
  }

  return async (messageId, position, { tenant }) => {
    const shown = await readYourWrites(position)
    const view = await history.message(tenant, messageId, shown)
    if (view === undefined) throw unknown(messageId)
    if (view.message.direction === 'inbound') throw inbound(messageId)
    const { status, deliveries } = view
    const answer = (outcome: Cancellation['outcome'], detail: string, cancelled = 0) => {
      const tooLate = deliveries.length - cancelled
      return { messageId, outcome, cancelled, tooLate, detail }
    }

    if (deliveries.length === 0) {
      if (status === 'cancelled') return answer('cancelled', 'It was cancelled before.')
      if (status === 'scheduled' && (await cancelScheduled(view))) {
        return answer('cancelled', 'It will not be sent.')
      }
      const over = status === 'rejected' || status === 'expired'
      return answer('too-late', over ? `It is ${status}: nothing will be sent.` : onItsWay)
    }
    const isStopped = await cancelFallback(view)
    const cancelled = await cancelDeliveries(view)
    if (cancelled === 0 && isStopped) {
      const isNowhere = deliveries.every((each) => isLost(each.status))
      const said = 'It will not be sent on another channel.'
      return answer(isNowhere ? 'cancelled' : 'partly', said)
    }
    if (cancelled === 0) return answer('too-late', 'A platform has it, or may have it.')
    if (cancelled === deliveries.length) {
      return answer('cancelled', 'It will not be sent.', cancelled)
    }
    return answer('partly', 'Only what no platform had will not be sent.', cancelled)
  }
}

const onItsWay = 'It is on its way to the channel; where it has to wait there, ask again.'

async function append({ broker }: CancelTools, records: readonly NewRecord[]): Promise<void> {
  const [first, ...rest] = records
  if (first) await appendOrFail(broker, [first, ...rest])
}

function rejection(
  { codec, topics, revision }: CancelTools,
  message: MessageView['message'],
  rejectedAt: number,
  detail = 'It was cancelled before it was due.',
): NewRecord {
  const { tenant, messageId, submissionId, conversationId, direction } = message
  const value: Rejection = {
    messageId,
    submissionId,
    tenant,
    conversationId,
    direction,
    scope: 'message',
    stage: 'gateway',
    reason: 'cancelled',
    detail,
    rejectedAt,
  }
  return {
    topic: topics.rejected,
    key: conversationKey(tenant, conversationId),
    value: codec.encode('Rejection', value),
    headers: { [engineHeaders.revision]: revision },
    timestampMs: rejectedAt,
  }
}

function receipt(
  { codec, topics, revision }: CancelTools,
  message: MessageView['message'],
  delivery: DeliveryView,
  observedAt: number,
): NewRecord {
  const told = { reason: 'cancelled', detail: null, source: 'gateway', observedAt } as const
  const { tenant, conversationId } = message
  return {
    topic: topics.receipts,
    key: participantKey(tenant, conversationId, delivery.participantId),
    value: codec.encode('Receipt', unsentReceipt(message, delivery, told)),
    headers: { [engineHeaders.revision]: revision },
    timestampMs: observedAt,
  }
}

const unknown = (messageId: string) =>
  new Chat4AllError('C4A_NOT_FOUND', {
    what: `No message '${messageId}' is known`,
    why: 'it was never accepted, or it is still on its way to the tables',
    todo: "Give the 202 answer's position, and the answer waits until the message is there",
  })

const inbound = (messageId: string) =>
  new Chat4AllError('C4A_UNPROCESSABLE', {
    what: `Message '${messageId}' cannot be cancelled`,
    why: 'a person wrote it',
    todo: 'Cancel messages that you sent',
  })
