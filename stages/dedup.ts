import type { SeenClaim, SeenVerdict } from '../storage/ports/seen.ts'
import { defineStage, type StageSetup } from '../topology/contract/stage.ts'
import { rejectionOf } from './rejection.ts'
import { numberSetting } from './setting.ts'
import type { StageTools } from './tools.ts'

/**
 * Lets a message id pass once. A claim belongs to a submission, so a record that the broker hands out
 * again, after a crash between claim and output, passes again: a plain "seen, drop" would lose it.
 */
export const dedup = defineStage({
  name: 'dedup',
  doc: 'Lets each message id pass once within a window; a repeated or reused id ends that submission only.',
  shape: 'lookup',
  in: { in: 'Message' },
  out: { unique: 'Message', rejected: 'Rejection' },
  options: {
    window: { type: 'duration', doc: 'How long a client may repeat an id safely.', default: '24h' },
    inboundWindow: {
      type: 'duration',
      doc: 'The same for what platforms post: they repeat a webhook for up to 7 days.',
      default: '7d',
    },
  },

  create(setup: StageSetup<StageTools>) {
    const { seen } = setup.tools
    const windowMs = numberSetting(setup, 'window')
    const inboundWindowMs = numberSetting(setup, 'inboundWindow')
    return {
      shape: 'lookup',
      load(batch, { nowMs }) {
        const claims = batch.map(
          ({ value }): SeenClaim => ({
            tenant: value.tenant,
            direction: value.direction,
            messageId: value.messageId,
            submissionId: value.submissionId,
            digest: value.digest,
            windowMs: value.direction === 'inbound' ? inboundWindowMs : windowMs,
          }),
        )
        return seen.claim(claims, nowMs)
      },

      decide({ key, value: message }, verdict: SeenVerdict, { nowMs }) {
        if (verdict === 'first') return [{ to: 'unique', key, value: message }]
        const reason = verdict === 'duplicate' ? 'duplicate' : 'id-reused'
        const value = rejectionOf(message, 'submission', setup.id, reason, sentences[reason], nowMs)
        return [{ to: 'rejected', key, value }]
      },
    }
  },
})

const sentences = {
  duplicate:
    'A message with this id and the same content was accepted before; this one changes nothing.',
  'id-reused': 'This messageId was used before for other content. Send it again under a new id.',
} as const
