import type { pipelineDefinition, stageDefinition, topicDefinition } from './definitions.ts'
import type { FaultLog, Standing } from './fault-log.ts'
import type { Channel, Stage, Topic } from './model.ts'
import type { Item, Read } from './read.ts'
import type { Source } from './source.ts'
import type { StageTypeView } from './stage-type-view.ts'

/** The pipeline with the place of everything in it: what the checks look at. */
export interface Plan {
  readonly source: Source
  readonly name: string
  readonly written: Read<typeof pipelineDefinition>
  readonly topics: ReadonlyMap<string, PlanTopic>
  readonly stages: ReadonlyMap<string, PlanStage>
  readonly channels: ReadonlyMap<string, Channel>
}

export interface PlanTopic {
  readonly name: string
  /** The key under `topics`. */
  readonly at: Standing
  readonly written: Item<Read<typeof topicDefinition>>
  readonly topic: Topic
}

export interface PlanStage {
  readonly id: string
  /** The key under `stages`. */
  readonly at: Standing
  readonly written: Item<Read<typeof stageDefinition>>
  /** Undefined where `use` names none. */
  readonly type: StageTypeView | undefined
  readonly inputs: readonly PlanEdge[]
  readonly outputs: readonly PlanOutput[]
  /** The setting `channel`, which by convention names one of the file's channels. */
  readonly channelSetting: Item<string> | undefined
  /** The settings that are written out, with their places; those that are lists hold items again. */
  readonly settingItems: Readonly<Record<string, Item<unknown>>>
  readonly stage: Stage
}

export interface PlanEdge extends Standing {
  readonly port: string
  readonly portAt: Standing
  readonly topic: PlanTopic
  readonly inline: boolean
  readonly edgeAt: Standing
}

export interface PlanOutput extends Standing {
  readonly port: string
  readonly portAt: Standing
  readonly topic: PlanTopic
  readonly maxHops: number | null
  readonly loopAt: Standing
}

/** One rule over the whole plan. */
export type Check = (plan: Plan, log: FaultLog) => void
