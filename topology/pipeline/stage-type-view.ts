import type { Option } from '../contract/stage.ts'

/** What the check needs to know of a stage type; every `StageType` of topology/contract has it. */
export interface StageTypeView {
  readonly name: string
  readonly shape: 'transform' | 'lookup' | 'keyed-effect' | 'batch-effect'
  /** Port to Avro type; `'*'` stands for ports that only pipeline.yaml names. */
  readonly in: Readonly<Record<string, string>>
  readonly out: Readonly<Record<string, string>>
  readonly options: Readonly<Record<string, Option>>
}

export type StageTypeViews = Readonly<Record<string, StageTypeView>>
