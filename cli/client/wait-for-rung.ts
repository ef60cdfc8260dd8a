import type { EventJson } from '../../domain/event-json.ts'
import type { MessageDetailJson } from '../../gateway/operations/message-json.ts'
import type { Accepted } from '../../gateway/operations/send.ts'
import type { ClientTools } from './client-command.ts'
import { followMessage } from './follow-message.ts'
import { visible } from './screen.ts'
import { statusMark } from './status-mark.ts'
import { submissionVerdict } from './submission-verdict.ts'
import { neverComes, type Rung, standing } from './wait.ts'

export interface Waiting {
  readonly rung: Rung
  readonly timeoutMs: number
  /** Place of the feed before the message was sent. */
  readonly feedPlace: string
}

/** How waiting ended, and what was seen last. */
export interface Waited {
  readonly end: 'reached' | 'failed' | 'timed-out' | 'never-comes' | 'not-sent-again'
  /** One sentence; empty for `reached`. */
  readonly why: string
  readonly message?: MessageDetailJson | undefined
}

/** Follows a message just sent up to a rung of its status, with a live line. */
export async function waitForRung(
  { api, screen, signal }: ClientTools,
  { messageId, submissionId, position }: Accepted,
  { rung, timeoutMs, feedPlace }: Waiting,
): Promise<Waited> {
  const startedAt = performance.now()
  let last: MessageDetailJson | undefined
  let impossible: string | undefined
  let verdict: EventJson | undefined

  const seen = await followMessage(api, {
    messageId,
    position,
    timeoutMs,
    signal,
    async onView(view) {
      if (view.submissionId !== submissionId && !verdict) {
        const leftMs = timeoutMs - (performance.now() - startedAt)
        const options = { after: feedPlace, timeoutMs: leftMs, signal }
        verdict = await submissionVerdict(api, submissionId, options)
        if (verdict?.type === 'submission.rejected') return true
        if (verdict) screen.note('this message was sent before: following that one')
      }
      last = view
      screen.live(`${statusMark(view.status, screen.err)}  waiting for ${rung}`)
      impossible = view.deliveries
        .map(({ channel }) => neverComes(channel, rung))
        .find((why) => why !== undefined)
      return impossible !== undefined || standing(view.status, rung) !== 'under way'
    },
    onTrouble: () => screen.live('the hub does not answer, trying again'),
  })
  screen.endLive()

  if (verdict?.type === 'submission.rejected') {
    const why = `message id ${messageId} was used before for another content (${verdict.reason ?? 'rejected'})`
    return { end: 'not-sent-again', why }
  }
  const now = last ? `it is ${last.status}` : 'the hub has not shown it yet'
  if (!seen || !last) return { end: 'timed-out', why: `not ${rung} in time: ${now}`, message: last }
  const how = standing(last.status, rung)
  if (how === 'failed') {
    const reasons = [last.reason, last.detail].filter(Boolean).join(': ')
    const why = visible(`the message is ${last.status}${reasons && ` (${reasons})`}`)
    return { end: 'failed', why, message: last }
  }
  if (how === 'under way')
    return { end: 'never-comes', why: `${impossible}; ${now}`, message: last }
  return { end: 'reached', why: '', message: last }
}
