import type { Finding } from '../fault-log.ts'
import { insertEntry } from '../mend.ts'
import type { Check, Plan, PlanStage, PlanTopic } from '../plan.ts'
import { durationText } from '../units.ts'

/** An outage adds to the wait: a quarter over leaves time to notice. */
const margin = 1.25

/** A topic keeps its records for at least as long as any of its readers may hold or park them. */
export const checkRetention: Check = (plan, log) => {
  for (const topic of plan.topics.values()) {
    if (topic.topic.cleanup === 'compact') continue
    const { retentionMs } = topic.topic
    const [reader] = readersOf(plan, topic).sort((one, other) => waitOf(other) - waitOf(one))
    const wait = reader ? waitOf(reader) : 0
    if (!reader || wait * margin <= retentionMs) continue
    log.add(retentionMs < wait ? 'C4A1501' : 'C4A1502', {
      ...placed(plan, topic, enoughFor(wait)),
      message: `'${topic.name}' keeps records for ${durationText(retentionMs)}, and '${reader.id}' may wait for ${durationText(wait)}`,
      fix: `Write \`retention: ${enoughFor(wait)}\` or more, or let the stage give up sooner.`,
      also: waitWritten(reader),
    })
  }
}

const readersOf = (plan: Plan, topic: PlanTopic) =>
  [...plan.stages.values()].filter(({ inputs }) => inputs.some((edge) => edge.topic === topic))

/** `park.maxAge` counts from the first hold, so the longer of the two is the whole wait. */
function waitOf({ stage }: PlanStage): number {
  // Without an end of its own a stage waits for its store; how long that takes no file can say.
  const hold = stage.retry.holdMs === Number.MAX_SAFE_INTEGER ? 0 : stage.retry.holdMs
  return Math.max(hold, stage.park?.maxAgeMs ?? 0)
}

/** In whole days from two days on, whole hours below, minutes below two hours. */
function enoughFor(waitMs: number): string {
  const wanted = waitMs * margin
  const unit = wanted > 172_800_000 ? 86_400_000 : wanted > 7_200_000 ? 3_600_000 : 60_000
  return durationText(Math.ceil(wanted / unit) * unit)
}

function placed(plan: Plan, topic: PlanTopic, enough: string): Pick<Finding, 'at' | 'edits'> {
  const own = topic.written.value.retention
  if (own) return { at: own, edits: [{ ...own.span, text: enough }] }
  const { node } = topic.written
  const edits = node.kind === 'map' ? [insertEntry(plan.source, node, `retention: ${enough}`)] : []
  return { at: topic.at, edits }
}

function waitWritten({ written }: PlanStage): NonNullable<Finding['also']> {
  const item = written.value.park?.value.maxAge ?? written.value.retry?.value.holdFor
  return item ? [{ span: item.span, note: 'the wait is set here' }] : []
}
