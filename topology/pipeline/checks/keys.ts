import type { Check, PlanEdge, PlanStage } from '../plan.ts'

/**
 * Topics that are read together agree on what their keys stand for: within one port, and over all ports
 * of a keyed effect, whose lanes and park are by key. There the partition counts agree too.
 */
export const checkKeys: Check = (plan, log) => {
  for (const stage of plan.stages.values())
    for (const together of readTogether(stage)) {
      const usual = mostCommon(together.map(({ topic }) => topic.topic.key))
      const partitions = mostCommon(together.map(({ topic }) => topic.topic.partitions))
      for (const edge of together) {
        const { name, topic, written } = edge.topic
        const other = together.find((each) => each.topic.topic.key === usual)?.topic.name
        if (topic.key && usual && topic.key !== usual)
          log.add('C4A1303', {
            at: edge,
            message: `'${name}' is keyed by ${topic.key}, and '${other}', read with it, by ${usual}`,
            fix: `Give '${name}' the key ${usual}, or read it through another port or stage.`,
            edits: written.value.key ? [{ ...written.value.key.span, text: usual }] : [],
            also: written.value.key
              ? [{ span: written.value.key.span, note: 'its key is declared here' }]
              : [],
          })
        if (stage.type?.shape === 'keyed-effect' && topic.partitions !== partitions)
          log.add('C4A1304', {
            at: edge,
            message: `'${name}' has ${topic.partitions} partitions, and what is read with it has ${partitions}`,
            fix: `Give '${name}' ${partitions} partitions.`,
            edits: written.value.partitions
              ? [{ ...written.value.partitions.span, text: String(partitions) }]
              : [],
          })
      }
    }
}

function readTogether({ type, inputs }: PlanStage): readonly (readonly PlanEdge[])[] {
  if (type?.shape === 'keyed-effect') return [inputs]
  return Object.values(Object.groupBy(inputs, ({ port }) => port)).map((edges) => edges ?? [])
}

/** Of equals the first: what stands there first is taken as meant. */
function mostCommon<Value>(values: readonly Value[]): Value | undefined {
  const counts = new Map<Value, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].reduce<readonly [Value, number] | undefined>(
    (best, each) => (best && best[1] >= each[1] ? best : each),
    undefined,
  )?.[0]
}
