import type { TopicSpec } from '../ports/broker.ts'

/** What it takes to give a pipeline its topics. */
export type TopicChange =
  | { readonly kind: 'create'; readonly spec: TopicSpec }
  | { readonly kind: 'change'; readonly spec: TopicSpec; readonly present: TopicSpec }
  /** Partitions differ: refused, because growing a keyed topic would reorder its keys. */
  | { readonly kind: 'mismatch'; readonly spec: TopicSpec; readonly present: TopicSpec }

/** What `Broker.ensureTopics` would do, in the order wanted; nothing for a topic that is as it should be. */
export function topicChanges(
  present: readonly TopicSpec[],
  wanted: readonly TopicSpec[],
): readonly TopicChange[] {
  const byName = new Map(present.map((each) => [each.name, each]))
  return wanted.flatMap((spec): TopicChange[] => {
    const known = byName.get(spec.name)
    if (!known) return [{ kind: 'create', spec }]
    if (known.partitions !== spec.partitions) return [{ kind: 'mismatch', spec, present: known }]
    const isKept = spec.cleanup === 'delete' && known.retentionMs !== Math.round(spec.retentionMs)
    return known.cleanup !== spec.cleanup || isKept
      ? [{ kind: 'change', spec, present: known }]
      : []
  })
}
