import { type defaultsDefinition, stageDefinition } from './definitions.ts'
import type { ParkPolicy, RetryPolicy, Stage } from './model.ts'
import type { Item, Read } from './read.ts'
import type { StageTypeView } from './stage-type-view.ts'
import { durationOf, type Range, rangeOf, sizeOf } from './units.ts'

type Written = Read<typeof stageDefinition>
type StageDefaults = Read<(typeof defaultsDefinition)['fields']['stage']['of']>
type Shape = StageTypeView['shape']

const { fields } = stageDefinition
const windowFields = fields.window.of.fields
const retryFields = fields.retry.of.fields
const parkFields = fields.park.of.fields
const scaleFields = fields.scale.of.fields

/** Policies of a stage, from its own words, `defaults.stage`, and the table's defaults, in that order. */
export function stagePolicies(
  own: Written,
  defaults: StageDefaults,
  shape: Shape,
): Pick<
  Stage,
  'ordering' | 'concurrency' | 'window' | 'retry' | 'park' | 'lingerMs' | 'drainMs' | 'scale'
> {
  const retry = retryOf(own, defaults, shape)
  const window = { ...defaults.window?.value, ...own.window?.value }
  const scale = { ...defaults.scale?.value, ...own.scale?.value }
  return {
    ordering: orderingOf(settled(own.ordering, defaults.ordering, fields.ordering.default)),
    concurrency: settled(own.concurrency, defaults.concurrency, fields.concurrency.default),
    window: {
      records: settled(window.records, undefined, windowFields.records.default),
      bytes: settled(window.bytes, undefined, sizeOf(windowFields.bytes.default) ?? 0),
      perGroup: settled(window.perGroup, undefined, windowFields.perGroup.default),
    },
    retry,
    park: retry.then === 'park' ? parkOf(own, defaults) : null,
    lingerMs: settled(own.linger, defaults.linger, rangeOr(fields.linger.default)),
    drainMs: settled(own.drain, defaults.drain, durationOf(fields.drain.default) ?? 0),
    scale: {
      min: settled(scale.min, undefined, scaleFields.min.default),
      max: settled(scale.max, undefined, scaleFields.max.default),
      lagSeconds: scale.lagSeconds?.value ?? null,
    },
  }
}

/**
 * Only a keyed effect has lanes to park. A lookup or a batch effect that cannot reach its store waits
 * for as long as it takes: giving up would empty whole topics into the dead letters during an outage.
 */
function retryOf(own: Written, defaults: StageDefaults, shape: Shape): RetryPolicy {
  const parks = shape === 'keyed-effect'
  const written = { ...(parks ? defaults.retry?.value : undefined), ...own.retry?.value }
  const backoff = written.backoff?.value ?? rangeOr(retryFields.backoff.default)
  const then = written.then?.value ?? (parks ? 'park' : 'dead-letter')
  return {
    minBackoffMs: backoff.min,
    maxBackoffMs: backoff.max,
    holdMs: written.holdFor?.value ?? (parks ? 120_000 : Number.MAX_SAFE_INTEGER),
    // biome-ignore lint/suspicious/noThenProperty: the file's own word; nothing awaits a policy
    then: then === 'park' ? 'park' : 'dead-letter',
  }
}

function parkOf(own: Written, defaults: StageDefaults): ParkPolicy {
  const written = { ...defaults.park?.value, ...own.park?.value }
  const backoff = written.backoff?.value ?? rangeOr(parkFields.backoff.default)
  return {
    minBackoffMs: backoff.min,
    maxBackoffMs: backoff.max,
    maxAgeMs: written.maxAge?.value ?? durationOf(parkFields.maxAge.default) ?? 0,
    // biome-ignore lint/suspicious/noThenProperty: the file's own word; nothing awaits a policy
    then: 'dead-letter',
  }
}

const rangeOr = (text: string): Range => rangeOf(text) ?? { min: 0, max: 0 }

const settled = <Value>(
  own: Item<Value> | undefined,
  fallback: Item<Value> | undefined,
  otherwise: Value,
): Value => own?.value ?? fallback?.value ?? otherwise

const orderingOf = (text: string): Stage['ordering'] =>
  text === 'none' || text === 'partition' ? text : 'key'
