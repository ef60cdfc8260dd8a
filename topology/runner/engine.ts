import { Chat4AllError } from '../contract/errors.ts'
import { derivedNames, type Pipeline } from '../pipeline/model.ts'
import type { Broker } from '../ports/broker.ts'
import { BatchRunner } from './batch-runner.ts'
import { compileUnits, type StageTypes, topicSpecs } from './compile.ts'
import type { RunnerContext } from './context.ts'
import { LaneRunner } from './lane-runner.ts'
import type { Runner, RunnerHealth } from './runner.ts'
import { TimerPump } from './timer-pump.ts'

export interface EngineOptions<Tools> {
  readonly pipeline: Pipeline
  readonly types: StageTypes<NoInfer<Tools>>
  readonly tools: Tools
  readonly context: RunnerContext
  /** Ids of the stages to run here; all when absent. */
  readonly only?: readonly string[]
  readonly timerPollMs?: number
}

/** The running stages of one process. */
export interface Engine {
  health(): readonly RunnerHealth[]
  /** Stops taking, lets what runs finish within each stage's drain, commits, and leaves the groups. */
  stop(): Promise<void>
}

/** Makes the topics, takes over offsets of renamed stages, and starts a runner for each unit. */
export async function startEngine<Tools>({
  pipeline,
  types,
  tools,
  context,
  only,
  timerPollMs = 250,
}: EngineOptions<Tools>): Promise<Engine> {
  const { broker } = context
  await broker.ensureTopics(topicSpecs(pipeline, types))
  await refuseUndrained(pipeline, broker)
  await takeOverRenamed(pipeline, broker)
  const runners = compileUnits(pipeline, types, tools, only).map((unit): Runner => {
    const { shape } = unit.head.body
    return shape === 'keyed-effect' ? new LaneRunner(unit, context) : new BatchRunner(unit, context)
  })
  const pump = new TimerPump(context, timerPollMs)
  await Promise.all(runners.map((runner) => runner.start()))
  pump.start()
  return {
    health: () => runners.map((runner) => runner.health()),
    stop: async () => {
      await Promise.all([pump.stop(), ...runners.map((runner) => runner.stop())])
    },
  }
}

/** An edge turned inline leaves its topic's records unread: they must be finished first. */
async function refuseUndrained(pipeline: Pipeline, broker: Broker): Promise<void> {
  for (const stage of Object.values(pipeline.stages)) {
    const inline = Object.values(stage.inputs)
      .flat()
      .filter((edge) => edge.inline)
    if (inline.length === 0) continue
    const group = derivedNames.group(pipeline.name, stage.id)
    const committed = await broker.committed(group)
    for (const { topic } of inline) {
      const ends = await broker.ends(topic)
      const left = committed
        .filter((each) => each.topic === topic)
        .map(({ partition, offset }) => {
          const end = ends.find((each) => each.partition === partition)
          return Math.max(0, (end?.next ?? 0) - Math.max(offset, end?.earliest ?? 0))
        })
        .reduce((sum, each) => sum + each, 0)
      if (left === 0) continue
      throw new Chat4AllError('C4A_INLINE_NOT_DRAINED', {
        what: `Stage '${stage.id}' cannot read '${topic}' inline yet`,
        why: `${left} records of the topic are not finished by its group '${group}'`,
        todo: 'Start once more with `edge: topic` until its lag is 0, then turn it inline',
      })
    }
  }
}

/** A renamed stage is a new group: it goes on where the old one stopped. */
async function takeOverRenamed(pipeline: Pipeline, broker: Broker): Promise<void> {
  for (const { id, renamedFrom } of Object.values(pipeline.stages)) {
    if (!renamedFrom) continue
    const group = derivedNames.group(pipeline.name, id)
    if ((await broker.committed(group)).length > 0) continue
    const former = await broker.committed(derivedNames.group(pipeline.name, renamedFrom))
    if (former.length > 0) await broker.setOffsets(group, former)
  }
}
