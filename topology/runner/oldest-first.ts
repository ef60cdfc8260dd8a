import type { Taken } from './member.ts'

interface Queue {
  readonly records: Taken[]
  /** How many are taken. */
  taken: number
}

/** Takes up to `most` records off the queues, by their time; those of one queue stay in their order. */
export function oldestFirst(waiting: readonly Taken[][], most: number): readonly Taken[] {
  const queues = waiting.map((records): Queue => ({ records, taken: 0 }))
  const batch: Taken[] = []
  while (batch.length < most) {
    const { oldest, untilMs } = next(queues)
    if (!oldest) break
    // A run: nobody else has anything older meanwhile.
    do {
      const taken = oldest.records[oldest.taken]
      if (taken) batch.push(taken)
      oldest.taken++
    } while (batch.length < most && hasMore(oldest) && headMs(oldest) <= untilMs)
  }
  for (const { records, taken } of queues) records.splice(0, taken)
  return batch
}

/** The queue whose head is oldest, and the time of the oldest head among the others. */
function next(queues: readonly Queue[]): { oldest: Queue | undefined; untilMs: number } {
  let oldest: Queue | undefined
  let oldestMs = Number.POSITIVE_INFINITY
  let untilMs = Number.POSITIVE_INFINITY
  for (const queue of queues) {
    const ms = headMs(queue)
    if (ms < oldestMs) {
      untilMs = oldestMs
      oldestMs = ms
      oldest = queue
    } else if (ms < untilMs) untilMs = ms
  }
  return { oldest, untilMs }
}

const hasMore = ({ records, taken }: Queue): boolean => taken < records.length

/** Infinity when nothing is left. */
function headMs({ records, taken }: Queue): number {
  return records[taken]?.record.timestampMs ?? Number.POSITIVE_INFINITY
}
