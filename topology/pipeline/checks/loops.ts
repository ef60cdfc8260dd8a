import type { Check, Plan, PlanOutput, PlanStage } from '../plan.ts'

/** Records go round only through an output that is declared a loop, and such an output does go round. */
export const checkLoops: Check = (plan, log) => {
  for (const { stage, output, round } of undeclared(plan))
    log.add('C4A1204', {
      at: output,
      message: `'${output.topic.name}' leads back to '${stage.id}': ${round.join(' -> ')}`,
      fix: `Declare the loop, with how often a record may go round: \`{ to: ${output.topic.name}, loop: { maxHops: 2 } }\`.`,
      edits: [{ ...output.span, text: `{ to: ${output.topic.name}, loop: { maxHops: 2 } }` }],
    })
  for (const stage of plan.stages.values())
    for (const output of stage.outputs)
      if (output.maxHops !== null && !reaches(plan, output, stage))
        log.add('C4A1205', {
          at: output.loopAt,
          message: `'${output.topic.name}' does not lead back to '${stage.id}'`,
          fix: `Write \`${output.port}: ${output.topic.name}\`.`,
          edits: loopRemoved(stage, output),
        })
}

interface Undeclared {
  readonly stage: PlanStage
  readonly output: PlanOutput
  /** Topics and stages of the way round, from the topic to itself. */
  readonly round: readonly string[]
}

/** Depth first, in the order of the file: an output to a stage that is still open closes a cycle. */
function undeclared(plan: Plan): readonly Undeclared[] {
  const found: Undeclared[] = []
  const done = new Set<PlanStage>()
  const visit = (stage: PlanStage, open: readonly PlanStage[]): void => {
    if (done.has(stage)) return
    const path = [...open, stage]
    for (const output of stage.outputs) {
      if (output.maxHops !== null) continue
      const readers = readersOf(plan, output)
      const back = readers.find((reader) => path.includes(reader))
      if (back) {
        const between = path.slice(path.indexOf(back)).map(({ id }) => id)
        found.push({ stage, output, round: [output.topic.name, ...between, output.topic.name] })
      }
      for (const reader of readers) if (!path.includes(reader)) visit(reader, path)
    }
    done.add(stage)
  }
  for (const stage of plan.stages.values()) visit(stage, [])
  return found
}

function reaches(plan: Plan, from: PlanOutput, target: PlanStage): boolean {
  const seen = new Set<PlanStage>()
  const queue = [...readersOf(plan, from)]
  for (let stage = queue.pop(); stage; stage = queue.pop()) {
    if (stage === target) return true
    if (seen.has(stage)) continue
    seen.add(stage)
    for (const output of stage.outputs) queue.push(...readersOf(plan, output))
  }
  return false
}

const readersOf = (plan: Plan, output: PlanOutput): readonly PlanStage[] =>
  [...plan.stages.values()].filter(({ inputs }) =>
    inputs.some(({ topic }) => topic === output.topic),
  )

/** The whole of `{ to: topic, loop: ... }` gives way to the topic. */
function loopRemoved(stage: PlanStage, output: PlanOutput) {
  const out = stage.written.value.out?.node
  const entry = out?.kind === 'map' && out.entries.find(({ key }) => key === output.port)
  return entry ? [{ ...entry.value.span, text: output.topic.name }] : []
}
