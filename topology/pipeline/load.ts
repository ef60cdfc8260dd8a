import { checks } from './checks/all.ts'
import { pipelineDefinition } from './definitions.ts'
import { discreet } from './discreet.ts'
import type { Environment } from './environment.ts'
import type { Fault } from './fault.ts'
import { type FaultLog, faultLog } from './fault-log.ts'
import type { LoadOptions } from './load-options.ts'
import { makePlan } from './make-plan.ts'
import type { Pipeline } from './model.ts'
import type { Plan } from './plan.ts'
import { read } from './read.ts'
import type { ReadContext } from './read-context.ts'
import { revisionOf } from './revision.ts'
import { readSource, type Source, type SourceNode } from './source.ts'
import type { StageTypeViews } from './stage-type-view.ts'
import { wiredAlike } from './wired-alike.ts'

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
  const { root } = source
  const log = sourceLog(source)
  if (!root) {
    if (source.errors.length === 0)
      log.add('C4A1001', {
        at: { span: { from: 0, to: 0 }, usedAt: null },
        message: 'The file is empty',
        fix: 'Begin with `version: 1` and `name: ...`.',
      })
    return { faults: log.faults() }
  }
  const inspect = (log: FaultLog, environment: Environment | null): Plan => {
    const plan = planOf(source, root, stageTypes, { log, environment }, options.profile)
    for (const check of checks(options)) check(plan, log)
    return plan
  }
  const asWritten = inspect(log, null)
  let plan = asWritten
  let faults = log.faults()
  if (options.resolve === 'values') {
    const resolved = sourceLog(source)
    plan = inspect(resolved, options.environment ?? {})
    faults = discreet(resolved.faults(), faults)
  }
  if (faults.some(({ severity }) => severity === 'error')) return { faults }
  return { pipeline: { ...partsOf(plan), revision: revisionOf(partsOf(asWritten)) }, faults }
}

/** A log that holds what the YAML parser found. */
function sourceLog(source: Source): FaultLog {
  const log = faultLog(source)
  for (const { span, duplicate, message } of source.errors)
    log.add(duplicate ? 'C4A1009' : 'C4A1001', {
      at: { span, usedAt: null },
      message: duplicate ? 'The key is written a second time' : message,
      fix: duplicate ? 'Keep one of the two.' : 'Mend the YAML at or before this place.',
    })
  return log
}

function planOf(
  source: Source,
  root: SourceNode,
  stageTypes: StageTypeViews,
  context: ReadContext,
  profile: LoadOptions['profile'],
): Plan {
  const written = read(wiredAlike(root), pipelineDefinition, context)
  return makePlan(source, written, stageTypes, context, profile)
}

const partsOf = (plan: Plan): Omit<Pipeline, 'revision'> => ({
  name: plan.name,
  topics: Object.fromEntries([...plan.topics].map(([name, { topic }]) => [name, topic])),
  stages: Object.fromEntries([...plan.stages].map(([id, { stage }]) => [id, stage])),
  channels: Object.fromEntries(plan.channels),
})
