import type { Capabilities, SendOutcome } from '../../connectors/contract.ts'
import type { Alias, Receipt } from '../../schemas/types.ts'
import { deliver } from '../../stages/deliver.ts'
import { memoryLedger } from '../../storage/adapters/memory/ledger.ts'
import type { History } from '../../storage/ports/history.ts'
import type { Ledger } from '../../storage/ports/ledger.ts'
import type { Emit, Settings } from '../../topology/contract/stage.ts'
import { biaId, channelsOf, deliveryOf, toolsOf, withBia } from './fixtures.ts'
import { attempt, inputOf, nowMs } from './run-stage.ts'

export const minute = 60_000
export const settings = {
  channel: 'whatsapp',
  onUnknown: 'resend',
  holdMax: 15 * minute,
  settle: minute,
  expireAfter: 60 * minute,
  whenClosed: 'fail',
  windowLook: 15_000,
  attemptTimeout: 30_000,
}
export const key = `default/${withBia}/${biaId}`
export const id = deliveryOf().deliveryId

interface Turn {
  readonly kind: string
  readonly reason?: string
  readonly afterMs?: number
  readonly whole?: boolean
  readonly receipts: readonly Receipt[]
  readonly aliases: readonly { readonly key: string; readonly value: Alias }[]
}

/** A channel with a script, its ledger, and turns of a delivery at given times. */
export function scene(
  outcomes: readonly SendOutcome[],
  given: {
    readonly with?: Settings
    readonly can?: Partial<Capabilities>
    readonly ledger?: Ledger
    readonly history?: History
  } = {},
) {
  const ledger = given.ledger ?? memoryLedger()
  const channels = channelsOf({ outcomes, ...(given.can ? { can: given.can } : {}) })
  const body = deliver.create({
    id: 'deliver.whatsapp',
    settings: { ...settings, ...given.with },
    outputs: ['receipts', 'aliases'],
    tools: toolsOf({ ledger, channels, ...(given.history && { history: given.history }) }),
  })
  const turn = async (delivery = deliveryOf(), atMs = nowMs, epoch = 1): Promise<Turn> => {
    const { emit = [], ...ending } = await attempt(body, inputOf('in', delivery, key), atMs, epoch)
    return { ...ending, receipts: receiptsOf(emit), aliases: aliasesOf(emit) }
  }
  return { body, ledger, turn, sent: channels.sent }
}

type Emits = readonly Emit<(typeof deliver)['out']>[]

export const receiptsOf = (emits: Emits): readonly Receipt[] =>
  emits.flatMap((emit) => (emit.to === 'receipts' ? [emit.value] : []))

const aliasesOf = (emits: Emits) =>
  emits.flatMap((emit) => (emit.to === 'aliases' ? [{ key: emit.key, value: emit.value }] : []))

/** The fields that tell the facts apart. */
export const fact = (receipt: Receipt | undefined) =>
  receipt && [receipt.kind, receipt.attempt, receipt.reason, receipt.possibleDuplicate]

export const transient: SendOutcome = { kind: 'retry', reason: 'transient', detail: 'HTTP 500' }
export const unknown: SendOutcome = { kind: 'unknown', detail: 'timed out' }
