import type { FaultCode } from '../faults.ts'
import { removeEntry } from '../mend.ts'
import type { Check, PlanStage } from '../plan.ts'
import type { Item } from '../read.ts'
import { durationText, type Range } from '../units.ts'

/** Retry and park of each stage say something that can happen. */
export const checkRetry: Check = (plan, log) => {
  for (const planned of plan.stages.values()) {
    const { written, type, stage } = planned
    const { retry, park, ordering } = written.value
    const useless = (key: 'retry' | 'park', why: string) => {
      const item = written.value[key]
      if (!item) return
      log.add('C4A1504', {
        at: item.key,
        message: `'${key}' on a ${type?.shape}: ${why}`,
        fix: `Take '${key}' out.`,
        edits: item.usedAt ? [] : [removeEntry(plan.source, item.key.span, item.span)],
      })
    }
    const change = (
      code: FaultCode,
      item: Item<unknown> | undefined,
      message: string,
      text: string,
    ) => {
      if (item?.known)
        log.add(code, {
          at: item,
          message,
          fix: `Write \`${text}\`.`,
          edits: [{ ...item.span, text }],
        })
    }
    checkRanges(planned, change)
    if (type?.shape === 'transform') useless('retry', 'it is pure and would fail again')
    if (type && type.shape !== 'keyed-effect') {
      useless('park', 'it has no lanes to park')
      if (type.shape !== 'transform' && retry?.value.then?.value === 'park')
        change('C4A1504', retry.value.then, `A ${type.shape} has no lanes to park`, 'dead-letter')
      continue
    }
    if (park && retry?.value.then?.value === 'dead-letter')
      change(
        'C4A1503',
        retry.value.then,
        "`retry` never parks, and the stage says how to park under 'park'",
        'park',
      )
    if (stage.park && ordering && ordering.value !== 'key')
      change('C4A1507', ordering, `'ordering: ${ordering.value}' with a park`, 'key')
  }
}

type Change = (
  code: FaultCode,
  item: Item<unknown> | undefined,
  message: string,
  text: string,
) => void

function checkRanges({ written, stage }: PlanStage, change: Change): void {
  const { retry, park } = written.value
  for (const item of [retry?.value.backoff, park?.value.backoff])
    if (item && item.value.min > item.value.max)
      change('C4A1505', item, `The range ${rangeText(item.value)} runs backwards`, swapped(item))
  const { holdMs, minBackoffMs, maxBackoffMs } = stage.retry
  if (holdMs < minBackoffMs)
    change(
      'C4A1506',
      retry?.value.holdFor,
      `The hold of ${durationText(holdMs)} ends before the first back-off of ${durationText(minBackoffMs)}`,
      durationText(Math.max(minBackoffMs, maxBackoffMs)),
    )
  if (stage.park && stage.park.maxAgeMs < holdMs + stage.park.minBackoffMs)
    change(
      'C4A1506',
      park?.value.maxAge,
      `The park ends ${durationText(stage.park.maxAgeMs)} after the first hold, and is reached after ${durationText(holdMs)}`,
      durationText(holdMs + stage.park.maxBackoffMs),
    )
}

const rangeText = ({ min, max }: Range) => `${durationText(min)}..${durationText(max)}`
const swapped = ({ value: { min, max } }: Item<Range>) => rangeText({ min: max, max: min })
