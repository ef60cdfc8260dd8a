import type { Taken } from './member.ts'

/** Takes up to `most` records off the queues, by their time; those of one queue stay in their order. */
export function oldestFirst(waiting: readonly Taken[][], most: number): readonly Taken[] {
  // Looked at for each run, so they stand side by side: from queue to record to time would be a walk through memory.
  const headsMs = Float64Array.from(waiting, (records) => timeMs(records, 0))
  const ends = new Uint32Array(waiting.length)
  const batch: Taken[] = []
  while (batch.length < most) {
    let oldest = 0
    let oldestMs = Number.POSITIVE_INFINITY
    // The oldest head among the others.
    let untilMs = Number.POSITIVE_INFINITY
    for (let nth = 0; nth < headsMs.length; nth++) {
      const ms = headsMs[nth] ?? 0
      if (ms < oldestMs) {
        untilMs = oldestMs
        oldestMs = ms
        oldest = nth
      } else if (ms < untilMs) untilMs = ms
    }
    const records = waiting[oldest]
    if (!records || oldestMs === Number.POSITIVE_INFINITY) break
    let at = ends[oldest] ?? 0
    let headMs = oldestMs
    // A run: nobody else has anything older meanwhile.
    for (let taken = records[at]; taken; taken = records[at]) {
      batch.push(taken)
      headMs = timeMs(records, ++at)
      if (batch.length === most || headMs > untilMs) break
    }
    ends[oldest] = at
    headsMs[oldest] = headMs
  }
  waiting.forEach((records, nth) => {
    records.splice(0, ends[nth])
  })
  return batch
}

/** Infinity where nothing is left. */
function timeMs(records: readonly Taken[], at: number): number {
  return records[at]?.record.timestampMs ?? Number.POSITIVE_INFINITY
}
