import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stageTypes } from '../../stages/index.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import type { LoadOptions } from '../../topology/pipeline/load-options.ts'
import type { Pipeline } from '../../topology/pipeline/model.ts'

export type PipelineFile = 'pipeline.yaml' | 'pipeline.fused.yaml'

/** One of the shipped pipeline files, unchanged; `environment` fills in what it leaves open. */
export function benchPipeline(
  file: PipelineFile,
  environment: Readonly<Record<string, string | undefined>> = {},
  profile: NonNullable<LoadOptions['profile']> = 'embedded',
): Pipeline {
  const text = readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8')
  const options = { resolve: 'values', environment, profile } as const
  const { pipeline, faults } = loadPipeline(text, file, stageTypes, options)
  if (!pipeline) throw new Error(`${file} has faults: ${faults.map(({ message }) => message)}`)
  return pipeline
}
