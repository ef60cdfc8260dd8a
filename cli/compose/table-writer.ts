import { Chat4AllError } from '../../topology/contract/errors.ts'
import { derivedNames, type Pipeline } from '../../topology/pipeline/model.ts'

/**
 * The consumer group of the stage that writes these tables: whoever must see a change waits for its commits.
 * Throws C4A_PIPELINE_INVALID where the pipeline has no such stage: what waits for it would wait for ever.
 */
export function tableWriter(pipeline: Pipeline, use: 'directory' | 'status-update'): string {
  const stage = Object.values(pipeline.stages).find((each) => each.use === use)
  if (stage) return derivedNames.group(pipeline.name, stage.id)
  throw new Chat4AllError('C4A_PIPELINE_INVALID', {
    what: `The pipeline '${pipeline.name}' has no stage of type '${use}'`,
    why: 'nothing else writes the tables that the gateways and other stages read',
    todo: `Add one, as the shipped pipeline.yaml has it: \`use: ${use}\``,
  })
}
