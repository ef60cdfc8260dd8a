import { checks } from './checks/all.ts'
import { pipelineDefinition } from './definitions.ts'
import type { Environment } from './environment.ts'
import type { Fault } from './fault.ts'
import { type FaultLog, faultLog } from './fault-log.ts'
import type { LoadOptions } from './load-options.ts'
import { makePlan } from './make-plan.ts'
import type { Pipeline } from './model.ts'
import type { Plan } from './plan.ts'
import { read } from './read.ts'
import { revisionOf } from './revision.ts'
import { readSource, type Source, type SourceNode } from './source.ts'
import type { StageTypeViews } from './stage-type-view.ts'

export interface Loaded {
  /** Absent where a fault of severity `error` was found. */
  readonly pipeline?: Pipeline
  /** In the order of the file; warnings too. */
  readonly faults: readonly Fault[]
}

/**
 * Reads and checks pipeline.yaml. `file` is only said in faults. Never throws: what is wrong is in
 * `faults`, which hold no resolved value of the environment.
 */
export function loadPipeline(
  text: string,
  file: string,
  stageTypes: StageTypeViews,
  options: LoadOptions = {},
): Loaded {
  const source = readSource(text, file)
  const log = faultLog(source)
  for (const { code, pos, message } of source.errors)
    log.add(code === 'DUPLICATE_KEY' ? 'C4A1009' : 'C4A1001', {
      at: { span: { from: pos[0], to: pos[1] }, usedAt: null },
      message: code === 'DUPLICATE_KEY' ? 'The key is written a second time' : message,
      fix:
        code === 'DUPLICATE_KEY'
          ? 'Keep one of the two.'
          : 'Mend the YAML at or before this place.',
    })
  if (!source.root) {
    if (source.errors.length === 0)
      log.add('C4A1001', {
        at: { span: { from: 0, to: 0 }, usedAt: null },
        message: 'The file is empty',
        fix: 'Begin with `version: 1` and `name: ...`.',
      })
    return { faults: log.faults() }
  }
  const environment = options.resolve === 'values' ? (options.environment ?? {}) : null
  const plan = planOf(source, source.root, stageTypes, log, environment)
  for (const check of checks(options)) check(plan, log)
  const faults = log.faults()
  if (faults.some(({ severity }) => severity === 'error')) return { faults }
  const asWritten =
    environment === null ? plan : planOf(source, source.root, stageTypes, faultLog(source), null)
  return { pipeline: { ...partsOf(plan), revision: revisionOf(partsOf(asWritten)) }, faults }
}

function planOf(
  source: Source,
  root: SourceNode,
  stageTypes: StageTypeViews,
  log: FaultLog,
  environment: Environment | null,
): Plan {
  const context = { log, environment }
  return makePlan(source, read(root, pipelineDefinition, context), stageTypes, context)
}

const partsOf = (plan: Plan): Omit<Pipeline, 'revision'> => ({
  name: plan.name,
  topics: Object.fromEntries([...plan.topics].map(([name, { topic }]) => [name, topic])),
  stages: Object.fromEntries([...plan.stages].map(([id, { stage }]) => [id, stage])),
  channels: Object.fromEntries(plan.channels),
})
