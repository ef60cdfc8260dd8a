import { Chat4AllError } from '../contract/errors.ts'
import type { AvroName, PortTypes, StageBody, StageSetup } from '../contract/stage.ts'
import { derivedNames, type Pipeline, type Stage, type Topic } from '../pipeline/model.ts'
import type { TopicSpec } from '../ports/broker.ts'
import type { Step, Target, Unit } from './unit.ts'

/** A stage type whose port types the compiler no longer follows: the check has matched them with the topics. */
export interface AnyStageType<Tools> {
  readonly shape: StageBody<PortTypes, PortTypes>['shape']
  create(setup: StageSetup<Tools>): { readonly shape: StageBody<PortTypes, PortTypes>['shape'] }
}

/** By the name that `use` gives. */
export type StageTypes<Tools> = Readonly<Record<string, AnyStageType<Tools>>>

/**
 * The consumer groups that a checked pipeline comes down to, or those of these stages; inline edges fuse stages into one. No other
 * stage is made, so that none takes a tool that nobody needs here.
 */
export function compileUnits<Tools>(
  pipeline: Pipeline,
  // What the tools are is said by the tools; a stage type may ask for a part of them.
  types: StageTypes<NoInfer<Tools>>,
  tools: Tools,
  only: readonly string[] = Object.keys(pipeline.stages),
): readonly Unit[] {
  const stages = Object.values(pipeline.stages)
  const steps = new Map<string, Step>()
  const stepOf = (stage: Stage): Step => {
    const present = steps.get(stage.id)
    if (present) return present
    const step = compileStep(pipeline, stage, stages, types, tools, stepOf)
    steps.set(stage.id, step)
    return step
  }
  return stages
    .filter((stage) => only.includes(stage.id))
    .filter((stage) => !edgesOf(stage).every(({ inline }) => inline))
    .map((stage) => ({
      group: derivedNames.group(pipeline.name, stage.id),
      head: stepOf(stage),
      inputs: inputsOf(pipeline, stage),
    }))
}

/** Every topic the pipeline needs: those it names, and the stages' own. */
export function topicSpecs(pipeline: Pipeline, types: StageTypes<never>): readonly TopicSpec[] {
  const named = Object.values(pipeline.topics).map(specOf)
  const own = Object.values(pipeline.stages).flatMap((stage) => {
    const inputs = edgesOf(stage).map(({ topic }) => topicOf(pipeline, topic))
    // As many partitions as the input: a key's park lies beside its main partition.
    const partitions = Math.max(...inputs.map((topic) => topic.partitions))
    const inLanes = typeOf(types, stage).shape === 'keyed-effect'
    const waitMs = inLanes ? longestWaitMs(stage) : 0
    const retentionMs = Math.max(...inputs.map((topic) => topic.retentionMs), waitMs)
    const spec = (name: string, cleanup: TopicSpec['cleanup']): TopicSpec => {
      return { name, partitions, cleanup, retentionMs }
    }
    const parks = [
      spec(derivedNames.park(stage.id), 'delete'),
      spec(derivedNames.blocked(stage.id), 'compact'),
    ]
    return [spec(derivedNames.deadLetters(stage.id), 'delete'), ...(inLanes ? parks : [])]
  })
  return [...named, ...own]
}

/** A parked record must outlive its wait; twice, for a margin. Other shapes wait in their own topic. */
/** With a margin of as long again. A hold without end must still be a number that the log can give back. */
const longestWaitMs = ({ retry, park }: Stage) =>
  Math.min(2 * (retry.holdMs + (park?.maxAgeMs ?? 0)), Number.MAX_SAFE_INTEGER)

function specOf({ name, partitions, cleanup, retentionMs }: Topic): TopicSpec {
  return { name, partitions, cleanup, retentionMs }
}

function compileStep<Tools>(
  pipeline: Pipeline,
  stage: Stage,
  stages: readonly Stage[],
  types: StageTypes<Tools>,
  tools: Tools,
  stepOf: (stage: Stage) => Step,
): Step {
  const { id, settings } = stage
  const outputs = new Map<string, Target>()
  const inner: Step[] = []
  for (const [port, { topic: name, maxHops }] of Object.entries(stage.outputs)) {
    const topic = topicOf(pipeline, name)
    const readers = stages.flatMap((reader) => readsOf(reader, name))
    const fused = readers.find(({ inline }) => inline)
    const step = fused ? stepOf(fused.reader) : null
    if (step) inner.push(step)
    outputs.set(port, {
      topic,
      type: avroName(topic),
      maxHops,
      // Nobody else needs it in the log when its only reader is fused behind.
      append: !fused || readers.length > 1,
      inline: fused && step ? { step, port: fused.port } : null,
    })
  }
  const made = typeOf(types, stage).create({ id, settings, outputs: [...outputs.keys()], tools })
  // What `create` of a StageType answers, with its ports' types widened to any Avro type.
  const body = made as StageBody<PortTypes, PortTypes>
  return { stage, body, outputs, inner }
}

function readsOf(reader: Stage, topic: string) {
  return Object.entries(reader.inputs).flatMap(([port, edges]) =>
    edges.filter((edge) => edge.topic === topic).map(({ inline }) => ({ reader, port, inline })),
  )
}

function inputsOf(pipeline: Pipeline, stage: Stage): Unit['inputs'] {
  const inputs = new Map<string, { readonly port: string; readonly type: AvroName }>()
  for (const [port, edges] of Object.entries(stage.inputs)) {
    for (const { topic } of edges.filter(({ inline }) => !inline)) {
      inputs.set(topic, { port, type: avroName(topicOf(pipeline, topic)) })
    }
  }
  return inputs
}

const edgesOf = (stage: Stage) => Object.values(stage.inputs).flat()

// The check has matched the name with schemas/avro.
const avroName = ({ value }: Topic) => value as AvroName

function topicOf({ topics }: Pipeline, name: string): Topic {
  const topic = topics[name]
  if (topic) return topic
  throw invalid(`Topic '${name}'`, 'a stage names it, but it is not declared')
}

function typeOf<Tools>(types: StageTypes<Tools>, { id, use }: Stage) {
  const type = types[use]
  if (type) return type
  throw invalid(`Stage '${id}'`, `no stage type is called '${use}'`)
}

function invalid(what: string, why: string): Chat4AllError {
  return new Chat4AllError('C4A_PIPELINE_INVALID', { what, why, todo: 'Run `chat4all check`' })
}
