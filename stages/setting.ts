import { Chat4AllError } from '../topology/contract/errors.ts'
import type { StageSetup } from '../topology/contract/stage.ts'

type Setup = Pick<StageSetup<unknown>, 'id' | 'settings'>

/** A number, size or duration (milliseconds) of `with`; its default is filled in by the pipeline's check. */
export function numberSetting({ id, settings }: Setup, name: string): number {
  const value = settings[name]
  if (typeof value === 'number') return value
  throw wrong(id, name, 'a number', value)
}

export function textSetting({ id, settings }: Setup, name: string): string {
  const value = settings[name]
  if (typeof value === 'string') return value
  throw wrong(id, name, 'a text', value)
}

function wrong(id: string, name: string, wanted: string, value: unknown): Chat4AllError {
  return new Chat4AllError('C4A_SETTING_INVALID', {
    what: `Setting '${name}' of stage '${id}' is not ${wanted}`,
    why: `it is ${value === undefined ? 'missing' : JSON.stringify(value)}`,
    todo: 'Set it under `with` of the stage in pipeline.yaml',
  })
}
