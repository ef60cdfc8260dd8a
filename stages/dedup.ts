import { releaseIdOf, timerIdOf } from '../domain/ids.ts'
import type { Message } from '../schemas/types.ts'
import type { SeenClaim, SeenVerdict } from '../storage/ports/seen.ts'
import { engineHeaders } from '../topology/contract/headers.ts'
import type { Headers } from '../topology/contract/record.ts'
import { defineStage, type StageSetup } from '../topology/contract/stage.ts'
import { letGo } from './let-go.ts'
import { rejectionOf } from './rejection.ts'
import { numberSetting } from './setting.ts'
import type { StageTools } from './tools.ts'

/**
 * Lets a message id pass once. A claim belongs to a submission, so a record that the broker hands out
 * again, after a crash between claim and output, passes again: a plain "seen, drop" would lose it.
 *
 * What is scheduled goes round once: it waits in the timers, and is submitted again when it is due. It was
 * deduplicated before it waited, and whether it was cancelled meanwhile is decided as it is let go.
 */
export const dedup = defineStage({
  name: 'dedup',
  doc: 'Lets each message id pass once within a window; a repeated or reused id ends that submission only. Keeps what is scheduled until it is due.',
  shape: 'lookup',
  in: { in: 'Message' },
  out: { unique: 'Message', rejected: 'Rejection', later: 'Message' },
  options: {
    window: { type: 'duration', doc: 'How long a client may repeat an id safely.', default: '24h' },
    inboundWindow: {
      type: 'duration',
      doc: 'The same for what platforms post: they repeat a webhook for up to 7 days.',
      default: '7d',
    },
  },

  create(setup: StageSetup<Pick<StageTools, 'seen' | 'ledger'>>) {
    const { seen, ledger } = setup.tools
    const windowMs = numberSetting(setup, 'window')
    const inboundWindowMs = numberSetting(setup, 'inboundWindow')
    return {
      shape: 'lookup',
      async load(batch, { nowMs }): Promise<readonly Fact[]> {
        const claims = batch.map(
          ({ value }): SeenClaim => ({
            tenant: value.tenant,
            direction: value.direction,
            messageId: value.messageId,
            submissionId: value.submissionId,
            digest: value.digest,
            // While it waits its id is taken, too.
            windowMs:
              value.direction === 'inbound'
                ? inboundWindowMs
                : windowMs + Math.max(0, (value.sendAt ?? nowMs) - nowMs),
          }),
        )
        const plain = batch.every((record) => record.value.sendAt === null && !isBack(record))
        if (plain) return seen.claim(claims, nowMs)
        const verdicts = await seen.claim(
          claims.filter((_, index) => !isBack(batch[index])),
          nowMs,
        )
        const rest = verdicts.values()
        return Promise.all(
          batch.map(async (record): Promise<Fact> => {
            // It had its verdict before it went round; asked again, the window might have forgotten and take another for the first.
            const verdict = isBack(record) ? 'first' : (rest.next().value ?? 'first')
            if (verdict !== 'first' || !isDue(record.value, nowMs)) return verdict
            const { tenant, messageId } = record.value
            const isFree = await letGo(ledger, releaseIdOf(tenant, messageId), record.value, nowMs)
            return isFree ? 'first' : 'cancelled'
          }),
        )
      },

      decide({ key, value: message }, fact: Fact, { nowMs }) {
        if (fact === 'first') {
          if (message.sendAt === null || message.sendAt <= nowMs) {
            return [{ to: 'unique', key, value: message }]
          }
          const { tenant, messageId, digest, sendAt: dueMs } = message
          const timerId = timerIdOf('scheduled', tenant, messageId, digest)
          return [{ to: 'later', key, value: message, dueMs, timerId }]
        }
        const scope = fact === 'cancelled' ? 'message' : 'submission'
        const reason = fact === 'reused' ? 'id-reused' : fact
        const value = rejectionOf(message, scope, setup.id, reason, sentences[reason], nowMs)
        return [{ to: 'rejected', key, value }]
      },
    }
  },
})

type Fact = SeenVerdict | 'cancelled'

const isDue = ({ sendAt }: Message, nowMs: number): boolean => sendAt !== null && sendAt <= nowMs

/** One that went round a declared loop: it has waited, or was re-keyed. */
const isBack = (record: { readonly headers: Headers } | undefined) =>
  record !== undefined && Number(record.headers[engineHeaders.hop] ?? 0) > 0

const sentences = {
  duplicate:
    'A message with this id and the same content was accepted before; this one changes nothing.',
  'id-reused': 'This messageId was used before for other content. Send it again under a new id.',
  cancelled: 'It was cancelled before it was due.',
} as const
