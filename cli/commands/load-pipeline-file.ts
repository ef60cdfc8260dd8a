import { readFileSync } from 'node:fs'
import pc from 'picocolors'
import { stageTypes } from '../../stages/index.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { faultText } from '../../topology/pipeline/fault-text.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import type { LoadOptions } from '../../topology/pipeline/load-options.ts'
import { masked } from '../../topology/pipeline/masked.ts'
import type { Pipeline } from '../../topology/pipeline/model.ts'
import { readSource } from '../../topology/pipeline/source.ts'
import { connectorFault } from '../compose/connector-fault.ts'

/** For a process that is to run it. Undefined when the file has faults, which are printed. */
export function loadPipelineFile(
  file: string,
  options: Pick<LoadOptions, 'environment' | 'profile' | 'allowSimulator'>,
): Pipeline | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Chat4AllError(
      'C4A_SETTING_INVALID',
      {
        what: `The pipeline '${file}'`,
        why: cause instanceof Error ? cause.message : String(cause),
        todo: 'Set C4A_PIPELINE to a file that can be read',
      },
      { cause },
    )
  }
  const { pipeline, faults } = loadPipeline(text, file, stageTypes, {
    resolve: 'values',
    connectorFault: connectorFault(file),
    ...options,
  })
  if (pipeline) return pipeline
  const coloured = process.stdout.isTTY === true && !process.env['NO_COLOR']
  const { red, yellow, bold, dim } = pc.createColors(coloured)
  const paint = { error: red, warning: yellow, strong: bold, faint: dim }
  process.stderr.write(`${faultText(faults, masked(readSource(text, file)), paint)}\n`)
  return undefined
}
