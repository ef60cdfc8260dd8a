import { removeEntry } from '../mend.ts'
import type { Check, Plan, PlanStage } from '../plan.ts'
import type { Item } from '../read.ts'

/** Figures that stand side by side do not contradict each other. */
export const checkLimits: Check = (plan, log) => {
  const smaller = (item: Item<number> | undefined, limit: number, what: string) => {
    if (!item?.known || item.value <= limit) return
    log.add('C4A1509', {
      at: item,
      message: `${item.value} is more than ${what}, ${limit}`,
      fix: `Write ${limit} or less.`,
      edits: [{ ...item.span, text: String(limit) }],
    })
  }
  for (const planned of plan.stages.values()) {
    const { written, stage } = planned
    const { window, scale, concurrency } = written.value
    smaller(window?.value.perGroup, stage.window.records, 'the records of the window')
    smaller(concurrency, stage.window.records, 'the records of the window')
    smaller(scale?.value.min, stage.scale.max, 'the most replicas')
    const partitions = Math.max(0, ...planned.inputs.map(({ topic }) => topic.topic.partitions))
    const max = scale?.value.max
    if (max?.known && partitions > 0 && max.value > partitions && !isFused(planned))
      log.add('C4A1508', {
        at: max,
        message: `${max.value} replicas for ${partitions} partitions`,
        fix: `Write \`max: ${partitions}\`, or give the topics more partitions.`,
        edits: [{ ...max.span, text: String(partitions) }],
      })
  }
  checkTopics(plan, log)
}

const isFused = ({ inputs }: PlanStage) => inputs.some(({ inline }) => inline)

function checkTopics(plan: Plan, log: Parameters<Check>[1]): void {
  for (const { name, written, topic } of plan.topics.values()) {
    const { compat, retention } = written.value
    if (compat?.known && /^(NONE|FORWARD)/.test(compat.value))
      log.add('C4A1510', {
        at: compat,
        message: `'${name}' is only ${compat.value}`,
        fix: 'Write `compat: FULL_TRANSITIVE`, or at least BACKWARD.',
        edits: [{ ...compat.span, text: 'FULL_TRANSITIVE' }],
      })
    if (retention && topic.cleanup === 'compact')
      log.add('C4A1511', {
        at: retention.key,
        message: `'${name}' is compacted and has a retention`,
        fix: 'Take the retention out.',
        edits: retention.usedAt
          ? []
          : [removeEntry(plan.source, retention.key.span, retention.span)],
      })
  }
}
