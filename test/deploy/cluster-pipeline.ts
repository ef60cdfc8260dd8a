import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stageTypes } from '../../stages/index.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import type { Pipeline, Stage } from '../../topology/pipeline/model.ts'

/** A shipped pipeline as a cluster runs it. */
export function clusterPipeline(
  file = 'pipeline.yaml',
  environment: Readonly<Record<string, string>> = {},
): Pipeline {
  const text = readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8')
  const options = { profile: 'cluster', allowSimulator: true, resolve: 'values' } as const
  const { pipeline, faults } = loadPipeline(text, file, stageTypes, { ...options, environment })
  if (pipeline) return pipeline
  throw new Error(faults.map(({ message }) => message).join('\n'))
}

/** Those that are processes of their own: a fused stage runs with the one before it. */
export const ownProcesses = ({ stages }: Pipeline): readonly Stage[] =>
  Object.values(stages).filter((stage) => topicsOf(stage).length > 0)

/** The topics that a stage reads. */
export const topicsOf = ({ inputs }: Stage): readonly string[] =>
  Object.values(inputs)
    .flat()
    .filter(({ inline }) => !inline)
    .map(({ topic }) => topic)
