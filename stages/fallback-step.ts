import { fallbackEnd, fallsBack } from '../domain/falls-back.ts'
import { fallbackIdOf } from '../domain/ids.ts'
import { isLost } from '../domain/status.ts'
import type { Fallback } from '../schemas/types.ts'
import type { DeliveryView, History } from '../storage/ports/history.ts'
import type { Ledger } from '../storage/ports/ledger.ts'
import { letGo } from './let-go.ts'
import type { Channels } from './tools.ts'

export interface FallbackPort {
  readonly ledger: Ledger
  readonly history: History
  readonly channels: Pick<Channels, 'capabilities'>
  /** Goes to the next channel although the one before may have it. */
  readonly movesUnknown: boolean
}

/** What is to be done about a message on one of its channels. */
export type Step =
  | { readonly kind: 'wait' }
  /** It got through, or nothing more is to be tried. */
  | { readonly kind: 'end' }
  /** `ended` are the deliveries that this look took back from the channel before. */
  | { readonly kind: 'move'; readonly ended: readonly DeliveryView[] }

/**
 * May be asked again after a crash: what was taken back then is taken back now, and the row that lets the message go on
 * is claimed once.
 */
export async function fallbackStep(
  watched: Fallback,
  nowMs: number,
  port: FallbackPort,
): Promise<Step> {
  const { message, looks } = watched
  // Nothing can have happened yet.
  if (looks === 0) return wait
  const { ledger, history, movesUnknown } = port
  const { tenant, messageId, digest } = message
  const isOver = nowMs >= fallbackEnd(message)
  const view = await history.message(tenant, messageId)
  // Cancelled, or a record of it could not be read: nothing more is to come of it.
  if (view?.history.some(({ kind }) => kind === 'rejected')) return end
  const deliveries = (view?.deliveries ?? []).filter(
    ({ channel, participantId }) =>
      channel === watched.channel && participantId === watched.participantId,
  )
  // The tables are behind: what they lack may have happened all the same.
  if (deliveries.length < watched.parts) return isOver ? end : wait

  const lost = deliveries.filter(({ status }) => isLost(status))
  if (lost.length > 0) {
    if (!lost.every((each) => movesOn(each, watched, movesUnknown))) return end
    return move(watched, await takenBack(deliveries, digest, nowMs, ledger), nowMs, port)
  }
  if (deliveries.every((each) => isThere(each, watched, port)) || isOver) return end

  const afterMs = message.fallback[watched.next]?.afterMs ?? null
  if (afterMs === null || nowMs < watched.since + afterMs) return wait
  // It may be there: going on could bring it twice.
  if (!movesUnknown && deliveries.some(({ status }) => status === 'unknown')) return wait
  const open = deliveries.filter(({ status }) => status === 'queued')
  const ended = await takenBack(open, digest, nowMs, ledger)
  // An attempt runs, or ended just now: its end is waited for.
  if (ended.length < open.length) return wait
  return move(watched, ended, nowMs, port)
}

const wait: Step = { kind: 'wait' }
const end: Step = { kind: 'end' }

/** By the last of its failures, as the message's status does. */
function movesOn(
  { reason, history }: DeliveryView,
  { message }: Fallback,
  movesUnknown: boolean,
): boolean {
  const failedAt = history.findLast(({ kind }) => kind === 'failed')?.observedAt ?? 0
  if (movesUnknown && reason === 'no-answer') return failedAt < fallbackEnd(message)
  return fallsBack(message, reason, failedAt)
}

/** `sent` is all that some channels ever tell. */
function isThere({ status }: DeliveryView, { channel }: Fallback, { channels }: FallbackPort) {
  if (status === 'delivered' || status === 'read') return true
  const receipts = channels.capabilities(channel)?.receipts ?? []
  return status === 'sent' && !receipts.includes('delivered') && !receipts.includes('failed')
}

/** Those that the channel before will certainly not send any more. */
async function takenBack(
  deliveries: readonly DeliveryView[],
  digest: string,
  nowMs: number,
  ledger: Ledger,
): Promise<readonly DeliveryView[]> {
  const open = deliveries.filter(({ status }) => status === 'queued')
  const ended = await Promise.all(
    open.map(({ deliveryId }) => ledger.cancel(deliveryId, digest, 'fallen-back', nowMs)),
  )
  return open.filter((_, index) => ended[index])
}

async function move(
  { message, next }: Fallback,
  ended: readonly DeliveryView[],
  nowMs: number,
  { ledger }: FallbackPort,
): Promise<Step> {
  const { tenant, messageId } = message
  const isFree = await letGo(ledger, fallbackIdOf(tenant, messageId, next), message, nowMs)
  return isFree ? { kind: 'move', ended } : end
}
