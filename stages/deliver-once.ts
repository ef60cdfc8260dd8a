import type { Content, Origin, Outbound, SendOutcome } from '../connectors/contract.ts'
import { echoOf } from '../domain/echo.ts'
import type { Delivery } from '../schemas/types.ts'
import type { Ledger, LedgerClaim, LedgerOutcome, LedgerVerdict } from '../storage/ports/ledger.ts'
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

/** How a turn with an attempt ends, and what the ledger has to know of the attempt before anybody is told. */
interface Told {
  readonly outcome: LedgerOutcome['outcome']
  readonly ending: Ending
}

type Granted = Extract<LedgerVerdict, { kind: 'granted' }>

/**
 * One turn of a delivery. What the last turn could not write down is written first. Then the ledger
 * decides, whatever else is known: a record that comes again after a crash must learn that it was sent
 * even if it has expired since. Claim, send, note, tell, in this order: a crash between any two leaves
 * a row from which the next turn goes on.
 *
 * All waits of the usual turn stand here: each function more that waits for another is some 400 bytes of garbage a message.
 */
export async function deliverOnce(
  delivery: Delivery,
  context: EffectContext,
  port: DeliverPort,
): Promise<Ending> {
  const { ledger, outcomes, policy } = port
  const { nowMs, epoch } = context
  const { deliveryId } = delivery
  // Before a claim: a schema that is still to be fetched must not look like an attempt that began.
  const content = readContent(delivery, port.content)
  const about = delivery.answers === null ? delivery.replyTo : await answeredId(delivery, port)
  if (outcomes.keeps(deliveryId)) {
    const known = await outcomes.writeKept(deliveryId, epoch, nowMs)
    if (known) return known
  }
  // Nobody is told: it is no trouble, and over in a moment. Not of a claim's cost, since nothing is attempted.
  const { afterMs, whole } = port.pace.wait(delivery, nowMs)
  if (afterMs > 0) return paced(afterMs, whole)

  let verdict = await ledger.claim(claimOf(delivery, context, policy, false), nowMs)
  if (verdict.kind === 'unknown') {
    const { attempt } = verdict
    const ending = afterUnknown(verdict, delivery, nowMs, port)
    if (ending?.kind === 'hold') return ending
    if (ending) return await noted(failed(ending.fact), attempt, delivery, context, port)
    verdict = await ledger.claim(claimOf(delivery, context, policy, true), nowMs)
  }
  if (verdict.kind !== 'granted') return endingOf(verdict, nowMs)
  const nth = verdict.attempt
  const ready = sendable(content, nth, delivery, nowMs, policy)
  const shown =
    policy.whenClosed === 'fail' || isTold(ready)
      ? ready
      : await inTime(ready, nth, delivery, context, port)
  if (isTold(shown)) return await noted(shown, nth, delivery, context, port)
  const outcome = await send(shown, about, nth, delivery, context, port)
  const told = afterOutcome(outcome, verdict, shown, delivery, context, port)
  return await noted(told, nth, delivery, context, port)
}

const claimOf = (
  { deliveryId, digest }: Delivery,
  { epoch, nowMs }: EffectContext,
  { attemptTimeoutMs }: DeliverPolicy,
  resend: boolean,
): LedgerClaim => ({ deliveryId, digest, epoch, deadlineMs: nowMs + attemptTimeoutMs, resend })

/** Undefined where it is to be sent again. */
function afterUnknown(
  { attempt, sinceMs }: Extract<LedgerVerdict, { kind: 'unknown' }>,
  delivery: Delivery,
  nowMs: number,
  { channels, policy }: DeliverPort,
): Ending | undefined {
  const settles = (channels.capabilities(policy.channel)?.settlement ?? null) !== null
  const step = stepAfterUnknown(policy, settles, sinceMs, nowMs)
  if (step.kind === 'wait') return unanswered(attempt, step.afterMs)
  if (step.kind !== 'fail' && !isExpired(delivery, nowMs, policy)) return undefined
  const reason = step.kind === 'fail' ? 'no-answer' : 'expired'
  return done(troubleFact('failed', attempt, reason, 'It may have arrived all the same.'))
}

/** The ledger grants no attempt: what it knows already is the answer. */
function endingOf(verdict: Exclude<LedgerVerdict, Granted>, nowMs: number): Ending {
  switch (verdict.kind) {
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

/** The attempt is ours, and the ledger says so: what can be known without the platform. */
function sendable(
  content: Content | undefined,
  nth: number,
  delivery: Delivery,
  nowMs: number,
  policy: DeliverPolicy,
): Content | Told {
  if (isExpired(delivery, nowMs, policy)) {
    return failed(troubleFact('failed', nth, 'expired', 'It expired before it could be sent.'))
  }
  if (content) return content
  const detail = `The content could not be read as '${delivery.contentKind}'.`
  return failed(troubleFact('failed', nth, 'undecodable', detail))
}

const isTold = (ready: Content | Told): ready is Told => 'ending' in ready

/** The content as it may be shown now, where the person may not have written for too long. */
async function inTime(
  content: Content,
  nth: number,
  delivery: Delivery,
  context: EffectContext,
  port: DeliverPort,
): Promise<Content | Told> {
  if (!(await isClosed(delivery, context, port))) return content
  const closed = whenClosed(port.policy, delivery, content)
  switch (closed.kind) {
    case 'send':
      return closed.content
    case 'hold':
      return again(windowClosed(nth, null, port))
    case 'fail':
      return failed(troubleFact('failed', nth, 'window-closed', closed.detail))
  }
}

function send(
  content: Content,
  about: string | null,
  nth: number,
  delivery: Delivery,
  context: EffectContext,
  { addresses, breakers, channels, policy }: DeliverPort,
): Promise<SendOutcome> {
  const plain = {
    address: addresses.addressFor(delivery),
    content,
    echo: echoOf(delivery.deliveryId, nth, delivery.messageId),
    origin: originOf(delivery),
  }
  const { tenant, account, humanAgent } = delivery
  const outbound: Outbound =
    about === null && !humanAgent
      ? plain
      : {
          ...plain,
          ...(about === null ? {} : { replyTo: about }),
          ...(humanAgent && { humanAgent: true }),
        }
  const { channel, attemptTimeoutMs } = policy
  return breakers.send(`${tenant}/${account}`, context.now, () =>
    channels.send(channel, account, outbound, context.signal, attemptTimeoutMs),
  )
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
  { attempt: nth, afterUnknown }: Granted,
  content: Content,
  delivery: Delivery,
  context: EffectContext,
  port: DeliverPort,
): Told {
  const { policy } = port
  port.pace.hear(delivery, outcome, context.now())
  switch (outcome.kind) {
    case 'sent': {
      const { providerMessageId, canonicalAddress } = outcome
      if (canonicalAddress !== undefined) port.addresses.hear(delivery, canonicalAddress)
      return {
        outcome: { kind: 'sent', providerMessageId },
        ending: done(sentFact(nth, providerMessageId, afterUnknown)),
      }
    }
    case 'unknown':
      // The next claim answers `unknown`, and the policy decides: one place for it, crash or not.
      return {
        outcome: { kind: 'unknown' },
        ending: unanswered(nth, undefined, outcome.detail),
      }
    case 'refused': {
      const { reason, detail, movedTo } = outcome
      if (movedTo !== undefined && port.addresses.follow(delivery, movedTo)) {
        // Certainly not taken there, so it goes out once more, at once, to where the chat is now.
        return again(hold(reason, 0, undefined))
      }
      if (reason === 'window-closed' && policy.whenClosed !== 'fail') {
        port.windows.refuse(delivery, context.nowMs)
        const { whenClosed: then } = policy
        if (then === 'hold') return again(windowClosed(nth, detail, port))
        // Once more at once, as what may be sent at any time; refused all the same it would be refused again.
        if (then === 'template' && content.type !== 'template') {
          return again(hold(reason, 0, undefined))
        }
      }
      if (actionOn(outcome) === 'fail') return failed(troubleFact('failed', nth, reason, detail))
      break
    }
    case 'retry':
  }
  const { reason, detail } = outcome
  return again({
    kind: 'hold',
    reason,
    afterMs: outcome.kind === 'retry' ? outcome.afterMs : undefined,
    whole: actionOn(outcome) === 'account',
    fact: troubleFact('held', nth, reason, detail),
  })
}

/** Final. */
const failed = (fact: OwnFact): Told => ({
  outcome: { kind: 'failed', reason: fact.reason ?? 'internal' },
  ending: done(fact),
})

/** Certainly not accepted: the next claim is granted. */
const again = (ending: Ending): Told => ({ outcome: { kind: 'retry' }, ending })

/** A final outcome is noted before it is told, so that a crash before the receipt cannot send again. */
const noted = (
  { outcome, ending }: Told,
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
