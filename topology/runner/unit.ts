import type { AvroName, PortTypes, StageBody } from '../contract/stage.ts'
import type { Stage, Topic } from '../pipeline/model.ts'

/** One stage of a unit, with its outputs resolved to topics and to the stages fused behind it. */
export interface Step {
  readonly stage: Stage
  readonly body: StageBody<PortTypes, PortTypes>
  /** By output port. A port that is absent was never declared: emitting to it is the stage's fault. */
  readonly outputs: ReadonlyMap<string, Target>
  /** The steps that read this one's outputs inline, in the order they stand in the file. */
  readonly inner: readonly Step[]
}

export interface Target {
  readonly topic: Topic
  readonly type: AvroName
  /** Null for an ordinary output. */
  readonly maxHops: number | null
  /** False when nobody reads the topic but the fused stage behind it. */
  readonly append: boolean
  readonly inline: { readonly step: Step; readonly port: string } | null
}

/** What one consumer group runs: a head stage and the stages fused behind it. */
export interface Unit {
  readonly group: string
  readonly head: Step
  /** By topic. */
  readonly inputs: ReadonlyMap<string, { readonly port: string; readonly type: AvroName }>
}
