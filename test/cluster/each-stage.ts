import { readFileSync } from 'node:fs'
import { stageTypes } from '../../stages/index.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'

/** The stages of the shipped pipeline, as pipeline.yaml has them: each is to be a process of its own. */
export function eachStage(): readonly string[] {
  const text = readFileSync(new URL('../../pipeline.yaml', import.meta.url), 'utf8')
  const { pipeline } = loadPipeline(text, 'pipeline.yaml', stageTypes)
  return Object.keys(pipeline?.stages ?? {})
}
