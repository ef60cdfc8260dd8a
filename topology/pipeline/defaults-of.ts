import type { defaultsDefinition, pipelineDefinition } from './definitions.ts'
import type { Read, ValueOf } from './read.ts'

type Written = Read<typeof pipelineDefinition>
type Fields = (typeof defaultsDefinition)['fields']
type StageDefaults = ValueOf<Fields['stage']>

export interface Defaults {
  readonly topic: ValueOf<Fields['topic']>
  readonly stage: StageDefaults
}

/** `defaults`, and over them what `profiles` says for this one, key by key. */
export function defaultsOf(written: Written, profile: 'embedded' | 'cluster'): Defaults {
  const everywhere = written.defaults?.value
  const here = written.profiles?.value[profile]?.value
  return {
    topic: { ...everywhere?.topic?.value, ...here?.topic?.value },
    stage: mergedStage(everywhere?.stage?.value ?? {}, here?.stage?.value ?? {}),
  }
}

/** Policies are objects of their own: one key of `retry` for a profile does not undo the others. */
function mergedStage(everywhere: StageDefaults, here: StageDefaults): StageDefaults {
  return {
    ...everywhere,
    ...here,
    ...over('window', everywhere, here),
    ...over('retry', everywhere, here),
    ...over('park', everywhere, here),
    ...over('scale', everywhere, here),
  }
}

function over<Name extends 'window' | 'retry' | 'park' | 'scale'>(
  name: Name,
  everywhere: StageDefaults,
  here: StageDefaults,
): Pick<StageDefaults, Name> {
  const item = here[name] ?? everywhere[name]
  if (!item) return {} as Pick<StageDefaults, Name>
  const value = { ...everywhere[name]?.value, ...here[name]?.value }
  return { [name]: { ...item, value } } as Pick<StageDefaults, Name>
}
