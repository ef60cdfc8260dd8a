import type { Content, Origin, SendOutcome } from '../connectors/contract.ts'
import { echoOf } from '../domain/echo.ts'
import type { Delivery } from '../schemas/types.ts'
import type { Ledger, LedgerOutcome, LedgerVerdict } from '../storage/ports/ledger.ts'
import { isCode } from '../topology/contract/errors.ts'
import type { EffectContext } from '../topology/contract/stage.ts'
import type { AccountBreakers } from './account-breakers.ts'
import { type OwnFact, sentFact, troubleFact } from './delivery-receipt.ts'
import type { OtherAddresses } from './other-addresses.ts'
import type { Pace } from './pace.ts'
import { actionOn } from './reason-action.ts'
import type { Channels, ContentCodec } from './tools.ts'
import { stepAfterUnknown, type UnknownPolicy } from './unknown-attempt.ts'
import type { UnwrittenOutcomes } from './unwritten-outcomes.ts'
import { type ClosedRules, whenClosed } from './when-closed.ts'
import type { Windows } from './windows.ts'

export interface DeliverPort {
  readonly ledger: Ledger
  readonly channels: Channels
  readonly content: ContentCodec
  readonly outcomes: UnwrittenOutcomes
  readonly addresses: OtherAddresses
  readonly windows: Windows
  readonly breakers: AccountBreakers
  readonly pace: Pace
  readonly policy: DeliverPolicy
}

export interface DeliverPolicy extends UnknownPolicy, ClosedRules {
  readonly channel: string
  readonly expireAfterMs: number
  readonly attemptTimeoutMs: number
  readonly windowLookMs: number
}

/** What is read before a turn begins. */
interface Prepared {
  /** Undefined where it cannot be read. */
  readonly content: Content | undefined
  /** The platform's id of the message that it is about. */
  readonly about: string | null
}

/** How one turn of a delivery ended, and the fact worth telling, if any. */
export type Ending =
  | { readonly kind: 'done'; readonly fact: OwnFact }
  | {
      readonly kind: 'hold'
      readonly reason: string
      readonly afterMs: number | undefined
      /** The whole account waits. */
      readonly whole: boolean
      readonly fact: OwnFact | undefined
    }

/**
 * One turn of a delivery. What the last turn could not write down is written first. Then the ledger
 * decides, whatever else is known: a record that comes again after a crash must learn that it was sent
 * even if it has expired since. Claim, send, note, tell, in this order: a crash between any two leaves
 * a row from which the next turn goes on.
 */
export async function deliverOnce(
  delivery: Delivery,
  context: EffectContext,
  port: DeliverPort,
): Promise<Ending> {
  const { ledger, channels, policy } = port
  const { nowMs } = context
  // Before a claim: a schema that is still to be fetched must not look like an attempt that began.
  const prepared: Prepared = {
    content: readContent(delivery, port.content),
    about: delivery.answers === null ? delivery.replyTo : await answeredId(delivery, port),
  }
  const { deliveryId } = delivery
  if (port.outcomes.keeps(deliveryId)) {
    const known = await port.outcomes.writeKept(deliveryId, context.epoch, nowMs)
    if (known) return known
  }
  // Nobody is told: it is no trouble, and over in a moment. Not of a claim's cost, since nothing is attempted.
  const { afterMs, whole } = port.pace.wait(delivery, nowMs)
  if (afterMs > 0) return paced(afterMs, whole)
  const claim = (resend: boolean) =>
    ledger.claim(
      {
        deliveryId,
        digest: delivery.digest,
        epoch: context.epoch,
        deadlineMs: nowMs + policy.attemptTimeoutMs,
        resend,
      },
      nowMs,
    )

  const verdict = await claim(false)
  // Awaited and not handed on: a promise that an async function answers costs two more.
  if (verdict.kind !== 'unknown')
    return await afterVerdict(verdict, prepared, delivery, context, port)

  const settles = (channels.capabilities(policy.channel)?.settlement ?? null) !== null
  const step = stepAfterUnknown(policy, settles, verdict.sinceMs, nowMs)
  if (step.kind === 'wait') return unanswered(verdict.attempt, step.afterMs)
  if (step.kind === 'fail' || isExpired(delivery, nowMs, policy)) {
    const reason = step.kind === 'fail' ? 'no-answer' : 'expired'
    const fact = troubleFact('failed', verdict.attempt, reason, 'It may have arrived all the same.')
    return fail(fact, delivery, context, port)
  }
  return await afterVerdict(await claim(true), prepared, delivery, context, port)
}

function afterVerdict(
  verdict: LedgerVerdict,
  prepared: Prepared,
  delivery: Delivery,
  context: EffectContext,
  port: DeliverPort,
): Promise<Ending> | Ending {
  const { nowMs } = context
  switch (verdict.kind) {
    case 'granted':
      return attempt(verdict, prepared, delivery, context, port)
    case 'sent':
      // Sent before, but the receipt may not have got out: it is told again, as the same fact.
      return done(sentFact(verdict.attempt, verdict.providerMessageId, verdict.afterUnknown))
    case 'failed':
      return done(troubleFact('failed', verdict.attempt, verdict.reason, null))
    case 'busy':
      return hold('busy', Math.max(0, verdict.untilMs - nowMs), undefined)
    case 'unknown':
      return unanswered(verdict.attempt, undefined)
    case 'reused':
      return done(
        troubleFact('failed', 0, 'id-reused', 'This messageId was used before for other content.'),
      )
  }
}

/** The attempt is ours, and the ledger says so. */
async function attempt(
  { attempt: nth, afterUnknown }: Extract<LedgerVerdict, { kind: 'granted' }>,
  prepared: Prepared,
  delivery: Delivery,
  context: EffectContext,
  port: DeliverPort,
): Promise<Ending> {
  const { channels, policy } = port
  if (isExpired(delivery, context.nowMs, policy)) {
    const fact = troubleFact('failed', nth, 'expired', 'It expired before it could be sent.')
    return fail(fact, delivery, context, port)
  }
  const { content: original, about } = prepared
  if (!original) {
    const detail = `The content could not be read as '${delivery.contentKind}'.`
    const fact = troubleFact('failed', nth, 'undecodable', detail)
    return fail(fact, delivery, context, port)
  }
  const isLate = policy.whenClosed !== 'fail' && (await isClosed(delivery, context, port))
  const closed = isLate ? whenClosed(policy, delivery, original) : undefined
  if (closed?.kind === 'hold') {
    return note({ kind: 'retry' }, windowClosed(nth, null, port), nth, delivery, context, port)
  }
  if (closed?.kind === 'fail') {
    const fact = troubleFact('failed', nth, 'window-closed', closed.detail)
    return fail(fact, delivery, context, port)
  }
  const content = closed?.content ?? original
  const outbound = {
    address: port.addresses.addressFor(delivery),
    content,
    echo: echoOf(delivery.deliveryId, nth, delivery.messageId),
    origin: originOf(delivery),
    ...(about === null ? {} : { replyTo: about }),
    ...(delivery.humanAgent && { humanAgent: true }),
  }
  const { channel, attemptTimeoutMs } = policy
  const { account, tenant } = delivery
  const outcome = await port.breakers.send(`${tenant}/${account}`, context.now, () =>
    channels.send(channel, account, outbound, context.signal, attemptTimeoutMs),
  )
  port.pace.hear(delivery, outcome, context.now())
  const wasTemplate = content.type === 'template'
  return await afterOutcome(outcome, nth, afterUnknown, wasTemplate, delivery, context, port)
}

/** Not the delivery itself: what is sealed in it, and its digest, are no connector's. */
const originOf = (delivery: Delivery): Origin => ({
  tenant: delivery.tenant,
  deliveryId: delivery.deliveryId,
  conversationId: delivery.conversationId,
  messageId: delivery.messageId,
  senderId: delivery.senderId,
  senderName: delivery.senderName,
  part: delivery.part,
  parts: delivery.parts,
  acceptedAt: delivery.acceptedAt,
})

/**
 * The platform's id of the message that this one is about. Of what the person got the ledger knows it, in any chat; what they
 * wrote themselves has it in its own id. Their deliveries come in order, so one that was accepted before has been tried by now.
 */
async function answeredId(
  { answers, replyTo }: Delivery,
  { ledger }: DeliverPort,
): Promise<string | null> {
  return (answers === null ? undefined : await ledger.sentAs(answers)) ?? replyTo
}

function readContent(delivery: Delivery, codec: ContentCodec): Content | undefined {
  try {
    return codec.decode(delivery.contentKind, delivery.content)
  } catch (error) {
    if (isCode(error, 'C4A_RECORD_UNDECODABLE')) return undefined
    throw error
  }
}

function afterOutcome(
  outcome: SendOutcome,
  nth: number,
  afterUnknown: boolean,
  wasTemplate: boolean,
  delivery: Delivery,
  context: EffectContext,
  port: DeliverPort,
): Promise<Ending> {
  const { policy } = port
  const noted = (kept: LedgerOutcome['outcome'], ending: Ending) =>
    note(kept, ending, nth, delivery, context, port)
  switch (outcome.kind) {
    case 'sent': {
      const { providerMessageId, canonicalAddress } = outcome
      if (canonicalAddress !== undefined) port.addresses.hear(delivery, canonicalAddress)
      const ending = done(sentFact(nth, providerMessageId, afterUnknown))
      return noted({ kind: 'sent', providerMessageId }, ending)
    }
    case 'unknown':
      // The next claim answers `unknown`, and the policy decides: one place for it, crash or not.
      return noted({ kind: 'unknown' }, unanswered(nth, undefined, outcome.detail))
    case 'refused': {
      const { reason, detail, movedTo } = outcome
      if (movedTo !== undefined && port.addresses.follow(delivery, movedTo)) {
        // Certainly not taken there, so it goes out once more, at once, to where the chat is now.
        return noted({ kind: 'retry' }, hold(reason, 0, undefined))
      }
      if (reason === 'window-closed' && policy.whenClosed !== 'fail') {
        port.windows.refuse(delivery, context.nowMs)
        const { whenClosed: then } = policy
        if (then === 'hold') return noted({ kind: 'retry' }, windowClosed(nth, detail, port))
        // Once more at once, as what may be sent at any time; refused all the same it would be refused again.
        if (then === 'template' && !wasTemplate) {
          return noted({ kind: 'retry' }, hold(reason, 0, undefined))
        }
      }
      if (actionOn(outcome) === 'fail') {
        return fail(troubleFact('failed', nth, reason, detail), delivery, context, port)
      }
      break
    }
    case 'retry':
  }
  const { reason, detail } = outcome
  return noted(
    { kind: 'retry' },
    {
      kind: 'hold',
      reason,
      afterMs: outcome.kind === 'retry' ? outcome.afterMs : undefined,
      whole: actionOn(outcome) === 'account',
      fact: troubleFact('held', nth, reason, detail),
    },
  )
}

/** An outcome that is final is noted first, so that a crash before the receipt cannot send again. */
const fail = (
  fact: OwnFact,
  delivery: Delivery,
  context: EffectContext,
  port: DeliverPort,
): Promise<Ending> => {
  const outcome = { kind: 'failed', reason: fact.reason ?? 'internal' } as const
  return note(outcome, done(fact), fact.attempt, delivery, context, port)
}

const note = (
  outcome: LedgerOutcome['outcome'],
  ending: Ending,
  attempt: number,
  { deliveryId }: Delivery,
  { epoch, now }: EffectContext,
  { outcomes }: DeliverPort,
): Promise<Ending> => outcomes.write({ deliveryId, attempt, epoch, outcome }, ending, now())

const done = (fact: OwnFact): Ending => ({ kind: 'done', fact })

const hold = (reason: string, afterMs: number | undefined, fact: OwnFact | undefined): Ending => ({
  kind: 'hold',
  reason,
  afterMs,
  whole: false,
  fact,
})

const paced = (afterMs: number, whole: boolean): Ending => ({
  kind: 'hold',
  reason: whole ? 'throttled-sender' : 'throttled-conversation',
  afterMs,
  whole,
  fact: undefined,
})

/** Templates are what platforms take at any time. */
function isClosed(
  delivery: Delivery,
  { nowMs }: EffectContext,
  { channels, policy, windows }: DeliverPort,
): Promise<boolean> | false {
  if (delivery.contentKind === 'template') return false
  const { windowMs = null, agentWindowMs = windowMs } = channels.capabilities(policy.channel) ?? {}
  return windows.isClosed(delivery, delivery.humanAgent ? agentWindowMs : windowMs, nowMs)
}

const windowClosed = (attempt: number, detail: string | null, { policy }: DeliverPort): Ending =>
  hold(
    'window-closed',
    policy.windowLookMs,
    troubleFact('held', attempt, 'window-closed', detail ?? 'It waits until the person writes.'),
  )

/** Told with each wait; the engine lets one of each reason out. */
const unanswered = (attempt: number, afterMs: number | undefined, detail: string | null = null) =>
  hold('no-answer', afterMs, troubleFact('unknown', attempt, 'no-answer', detail))

const isExpired = (delivery: Delivery, nowMs: number, { expireAfterMs }: DeliverPolicy): boolean =>
  (delivery.expiresAt ?? (delivery.sendAt ?? delivery.acceptedAt) + expireAfterMs) <= nowMs
