import { type defaultsDefinition, topicDefinition } from './definitions.ts'
import type { PlanTopic } from './plan.ts'
import type { Item, Read } from './read.ts'
import { durationOf } from './units.ts'

type TopicDefaults = Read<(typeof defaultsDefinition)['fields']['topic']['of']>

/** A topic with `defaults.topic` and the table's defaults filled in. */
export function planTopic(
  name: string,
  item: Item<Read<typeof topicDefinition>>,
  defaults: TopicDefaults,
): PlanTopic {
  const { fields } = topicDefinition
  const own = item.value
  const cleanup = own.cleanup?.value ?? defaults.cleanup?.value ?? fields.cleanup.default
  return {
    name,
    at: item.key,
    written: item,
    topic: {
      name,
      value: own.value?.value ?? '',
      key: own.key?.value ?? '',
      partitions: own.partitions?.value ?? defaults.partitions?.value ?? fields.partitions.default,
      retentionMs:
        own.retention?.value ??
        defaults.retention?.value ??
        durationOf(fields.retention.default) ??
        0,
      cleanup: cleanup === 'compact' ? 'compact' : 'delete',
      compat: own.compat?.value ?? defaults.compat?.value ?? fields.compat.default,
      ...(own.source && { source: own.source.value }),
      ...(own.sink && { sink: own.sink.value }),
    },
  }
}
