import type { FaultLog } from '../fault-log.ts'
import { removeEntry } from '../mend.ts'
import type { Check, Plan, PlanEdge, PlanOutput, PlanStage } from '../plan.ts'

/**
 * An inline edge keeps every promise of a topic, so it is refused where it could not: only one stage
 * may write it, both ends must be transforms or lookups, the key must stay, and it must not close a loop.
 */
export const checkInline: Check = (plan, log) => {
  for (const stage of plan.stages.values()) {
    for (const edge of stage.inputs) if (edge.inline) checkEdge(plan, stage, edge, log)
    if (stage.inputs.some(({ inline }) => inline)) checkFused(plan, stage, log)
  }
}

interface Writer {
  readonly stage: PlanStage
  readonly output: PlanOutput
}

const writersOf = (plan: Plan, { topic }: PlanEdge): readonly Writer[] =>
  [...plan.stages.values()].flatMap((stage) =>
    stage.outputs.flatMap((output) => (output.topic === topic ? [{ stage, output }] : [])),
  )

function checkEdge(plan: Plan, reader: PlanStage, edge: PlanEdge, log: FaultLog): void {
  const { name, topic } = edge.topic
  const refuse = (
    code: 'C4A1401' | 'C4A1402' | 'C4A1403' | 'C4A1404' | 'C4A1405',
    message: string,
    also: readonly Writer[] = [],
  ) =>
    log.add(code, {
      at: edge.edgeAt,
      message,
      fix: 'Write `edge: topic`.',
      edits: [{ ...edge.edgeAt.span, text: 'topic' }],
      also: also.map(({ output }) => ({ span: output.span, note: 'written here' })),
    })
  const writers = writersOf(plan, edge)
  const [writer] = writers
  if (!writer) {
    refuse('C4A1405', `No stage writes '${name}'`)
    return
  }
  const stages = new Set(writers.map(({ stage }) => stage))
  if (topic.source !== undefined)
    refuse('C4A1402', `'${name}' is also written from outside (source: ${topic.source})`)
  else if (stages.size > 1)
    refuse('C4A1402', `'${name}' is written by ${stages.size} stages`, writers)
  for (const end of [writer.stage, reader])
    if (end.type && !fuses(end))
      refuse('C4A1403', `'${end.id}' is a ${end.type.shape}, which does not fuse`)
  if (writers.some(({ output }) => output.maxHops !== null))
    refuse('C4A1404', `'${name}' is the way round of a loop`, writers)
  const before = writer.stage.inputs.find((input) => input.topic.topic.key !== topic.key)
  if (before)
    refuse(
      'C4A1401',
      `'${writer.stage.id}' reads records keyed by ${before.topic.topic.key} and writes '${name}' keyed by ${topic.key}`,
      [writer],
    )
}

const fuses = ({ type }: PlanStage) => type?.shape === 'transform' || type?.shape === 'lookup'

function checkFused(plan: Plan, stage: PlanStage, log: FaultLog): void {
  const writers = new Set(
    stage.inputs.flatMap((edge) => writersOf(plan, edge).map((writer) => writer.stage)),
  )
  const [first] = stage.inputs
  for (const edge of stage.inputs)
    if (!edge.inline || (edge !== first && writers.size > 1))
      log.add('C4A1406', {
        at: edge,
        message: edge.inline
          ? `'${stage.id}' is fused with more than one stage`
          : `'${stage.id}' is fused, and also reads the topic '${edge.topic.name}'`,
        fix: 'Make all its edges topics, or all of them inline from one stage.',
      })
  const own = stage.written.value
  for (const key of ['concurrency', 'window', 'linger', 'drain', 'scale'] as const) {
    const item = own[key]
    if (item)
      log.add('C4A1407', {
        at: item.key,
        message: `'${key}' has no effect on a fused stage`,
        fix: `Take it out, or set it on the stage that it is fused with.`,
        edits: item.usedAt ? [] : [removeEntry(plan.source, item.key.span, item.span)],
      })
  }
}
