import type { Content, Origin, Outbound, SendOutcome } from '../connectors/contract.ts'
import { echoOf } from '../domain/echo.ts'
import type { Delivery } from '../schemas/types.ts'
import type { Ledger, LedgerClaim, LedgerVerdict } from '../storage/ports/ledger.ts'
import { isCode } from '../topology/contract/errors.ts'
import type { EffectContext } from '../topology/contract/stage.ts'
import { type AccountBreakers, isAccountTrouble } from './account-breakers.ts'
import { sentFact, troubleFact } from './delivery-receipt.ts'
import {
  again,
  done,
  type Ending,
  failed,
  hold,
  type Told,
  unanswered,
  windowClosed,
} from './ending.ts'
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

/** A delivery, and the key that its record has. */
export interface DeliverInput {
  readonly key: string
  readonly value: Delivery
}

type Granted = Extract<LedgerVerdict, { kind: 'granted' }>

/**
 * One turn of a delivery. What the last turn could not write down is written first. Then the ledger
 * decides, whatever else is known: a record that comes again after a crash must learn that it was sent
 * even if it has expired since. Claim, send, note, tell, in this order: a crash between any two leaves
 * a row from which the next turn goes on.
 *
 * All waits of the usual turn stand here: each function more that waits for another is some 400 bytes of garbage a message. For
 * the same reason `answer` makes here what the caller wants of the ending.
 */
export async function deliverOnce<Answer>(
  input: DeliverInput,
  context: EffectContext,
  port: DeliverPort,
  answer: (ending: Ending, input: DeliverInput, context: EffectContext) => Answer,
): Promise<Answer> {
  const { value: delivery } = input
  const { breakers, ledger, outcomes, policy } = port
  const { nowMs, epoch } = context
  const { deliveryId } = delivery
  // Before a claim: a schema that is still to be fetched must not look like an attempt that began.
  const content = readContent(delivery, port.content)
  const about = delivery.answers === null ? delivery.replyTo : await answeredId(delivery, port)
  if (outcomes.keeps(deliveryId)) {
    const known = await outcomes.writeKept(deliveryId, epoch, nowMs)
    if (known) return answer(known, input, context)
  }
  // Nobody is told: it is no trouble, and over in a moment. Not of a claim's cost, since nothing is attempted.
  const { afterMs, whole } = port.pace.wait(delivery, nowMs)
  if (afterMs > 0) return answer(paced(afterMs, whole), input, context)

  let verdict = await ledger.claim(claimOf(delivery, context, policy, false), nowMs)
  let told: Told | undefined
  if (verdict.kind === 'unknown') {
    const ending = afterUnknown(verdict, delivery, nowMs, port)
    if (ending?.kind === 'hold') return answer(ending, input, context)
    if (ending) told = failed(ending.fact)
    else verdict = await ledger.claim(claimOf(delivery, context, policy, true), nowMs)
  }
  if (verdict.kind === 'granted') {
    const ready = sendable(content, verdict.attempt, delivery, nowMs, policy)
    const shown =
      policy.whenClosed === 'fail' || isTold(ready)
        ? ready
        : await inTime(ready, verdict.attempt, delivery, context, port)
    if (isTold(shown)) told = shown
    else {
      const outbound = outboundOf(shown, about, verdict.attempt, delivery, port)
      const areQuiet = breakers.areQuiet
      let outcome = await (areQuiet
        ? send(outbound, delivery, context, port)
        : sendGuarded(outbound, delivery, context, port))
      if (areQuiet && isAccountTrouble(outcome)) {
        outcome = await breakers.hear(accountOf(delivery), context.now, outcome)
      }
      told = afterOutcome(outcome, verdict, shown, delivery, context, port)
    }
  }
  if (!told) return answer(knownEnding(verdict, nowMs), input, context)
  const { attempt, outcome, ending } = told
  const attempted = { deliveryId, attempt, epoch, outcome }
  try {
    await ledger.record(attempted, context.now())
  } catch (error) {
    outcomes.keep(attempted, ending)
    // It must be written before it is told; a hold may begin before.
    if (ending.kind === 'done') throw error
  }
  return answer(ending, input, context)
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
function knownEnding(verdict: LedgerVerdict, nowMs: number): Ending {
  switch (verdict.kind) {
    case 'granted':
      throw new Error('what was granted ends with its attempt')
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
      return again(nth, windowClosed(nth, null, port.policy.windowLookMs))
    case 'fail':
      return failed(troubleFact('failed', nth, 'window-closed', closed.detail))
  }
}

function outboundOf(
  content: Content,
  about: string | null,
  nth: number,
  delivery: Delivery,
  { addresses }: DeliverPort,
): Outbound {
  const plain = {
    address: addresses.addressFor(delivery),
    content,
    echo: echoOf(delivery.deliveryId, nth, delivery.messageId),
    origin: originOf(delivery),
  }
  const { humanAgent } = delivery
  if (about === null && !humanAgent) return plain
  return {
    ...plain,
    ...(about === null ? {} : { replyTo: about }),
    ...(humanAgent && { humanAgent: true }),
  }
}

const send = (
  outbound: Outbound,
  { account }: Delivery,
  { signal }: EffectContext,
  { channels, policy: { channel, attemptTimeoutMs } }: DeliverPort,
): Promise<SendOutcome> => channels.send(channel, account, outbound, signal, attemptTimeoutMs)

const sendGuarded = (
  outbound: Outbound,
  delivery: Delivery,
  context: EffectContext,
  port: DeliverPort,
): Promise<SendOutcome> =>
  port.breakers.send(accountOf(delivery), context.now, () =>
    send(outbound, delivery, context, port),
  )

const accountOf = ({ tenant, account }: Delivery): string => `${tenant}/${account}`

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
        attempt: nth,
        outcome: { kind: 'sent', providerMessageId },
        ending: done(sentFact(nth, providerMessageId, afterUnknown)),
      }
    }
    case 'unknown':
      // The next claim answers `unknown`, and the policy decides: one place for it, crash or not.
      return {
        attempt: nth,
        outcome: { kind: 'unknown' },
        ending: unanswered(nth, undefined, outcome.detail),
      }
    case 'refused': {
      const { reason, detail, movedTo } = outcome
      if (movedTo !== undefined && port.addresses.follow(delivery, movedTo)) {
        // Certainly not taken there, so it goes out once more, at once, to where the chat is now.
        return again(nth, hold(reason, 0, undefined))
      }
      if (reason === 'window-closed' && policy.whenClosed !== 'fail') {
        port.windows.refuse(delivery, context.nowMs)
        const { whenClosed: then } = policy
        if (then === 'hold') return again(nth, windowClosed(nth, detail, policy.windowLookMs))
        // Once more at once, as what may be sent at any time; refused all the same it would be refused again.
        if (then === 'template' && content.type !== 'template') {
          return again(nth, hold(reason, 0, undefined))
        }
      }
      if (actionOn(outcome) === 'fail') return failed(troubleFact('failed', nth, reason, detail))
      break
    }
    case 'retry':
  }
  const { reason, detail } = outcome
  return again(nth, {
    kind: 'hold',
    reason,
    afterMs: outcome.kind === 'retry' ? outcome.afterMs : undefined,
    whole: actionOn(outcome) === 'account',
    fact: troubleFact('held', nth, reason, detail),
  })
}

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

const isExpired = (delivery: Delivery, nowMs: number, { expireAfterMs }: DeliverPolicy): boolean =>
  (delivery.expiresAt ?? (delivery.sendAt ?? delivery.acceptedAt) + expireAfterMs) <= nowMs
