import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Pipeline, Stage } from '../../topology/pipeline/model.ts'
import { nearest } from '../../topology/pipeline/nearest.ts'

/** The stages that `--stage` names, once each. Throws C4A_BAD_REQUEST for one that cannot run by itself. */
export function chosenStages({ stages }: Pipeline, wanted: readonly string[]): readonly string[] {
  const all = Object.values(stages)
  const alone = all.filter((stage) => !isFused(stage)).map(({ id }) => id)
  for (const id of wanted) {
    const stage = stages[id]
    if (stage && !isFused(stage)) continue
    throw stage ? fused(stage, headOf(stage, all), alone) : unknown(id, alone)
  }
  return [...new Set(wanted)]
}

/** All that it reads comes straight from another stage. */
const isFused = ({ inputs }: Stage): boolean =>
  Object.values(inputs)
    .flat()
    .every(({ inline }) => inline)

/** The stage in whose process it runs. */
function headOf(stage: Stage, all: readonly Stage[]): string | undefined {
  const read = Object.values(stage.inputs).flat()
  const writer = all.find(({ outputs }) =>
    Object.values(outputs).some(({ topic }) => read.some((edge) => edge.topic === topic)),
  )
  return writer && isFused(writer) && writer !== stage ? headOf(writer, all) : writer?.id
}

function unknown(id: string, alone: readonly string[]): Chat4AllError {
  const meant = nearest(id, alone)
  return new Chat4AllError('C4A_BAD_REQUEST', {
    what: `Stage '${id}'`,
    why: 'the pipeline has none of that name',
    todo: `${meant ? `Did you mean '${meant}'? ` : ''}It has ${alone.join(', ')}`,
  })
}

function fused({ id }: Stage, head: string | undefined, alone: readonly string[]): Chat4AllError {
  return new Chat4AllError('C4A_BAD_REQUEST', {
    what: `Stage '${id}' cannot run by itself`,
    why: 'its edge is inline, so it runs where its records come from',
    todo: head ? `Run --stage ${head}, which takes it along` : `Use one of ${alone.join(', ')}`,
  })
}
