import type { NewRecord, Position } from '../../contract/record.ts'
import { logFaults } from '../embedded/log-faults.ts'
import { frameBound } from './frame-codec.ts'
import { gatheredRows, type Pending } from './gathered-rows.ts'
import type { GroupCommit } from './group-commit.ts'
import type { LogRows } from './log-rows.ts'
import type { PartitionLog } from './partition-log.ts'

/** Records that may be appended, and by their place in the list the partition and the text of the headers of each. */
export interface Checked {
  readonly records: readonly NewRecord[]
  readonly places: readonly PartitionLog[]
  readonly headerTexts: readonly string[]
}

/** Gathers concurrent appends into one commit: one row of the log, whoever appended and to whatever partition. */
export interface AppendBuffer {
  append(checked: Checked, nowMs: number): Promise<readonly Position[]>
  /** Bytes appended and not yet durable. */
  pendingBytes(): number
}

interface Call {
  readonly positions: readonly Position[]
  readonly resolve: (positions: readonly Position[]) => void
  readonly reject: (error: unknown) => void
}

interface Group {
  readonly calls: Call[]
  readonly places: PartitionLog[]
  bytes: number
}

/** `durable` is told of each partition that has new records, before the appends resolve. */
export function appendBuffer(
  commits: GroupCommit,
  rows: LogRows,
  durable: (place: PartitionLog) => void,
): AppendBuffer {
  let gathering: Group = { calls: [], places: [], bytes: 0 }
  let underWay = 0
  const gathered = gatheredRows(rows)

  async function commit(): Promise<void> {
    let group = gathering
    const pending: Pending[] = []
    try {
      await commits.writeLate(() => {
        group = gathering
        gathering = { calls: [], places: [], bytes: 0 }
        underWay += group.bytes
        for (const place of group.places) {
          pending.push({ place, records: place.pending, headers: place.pendingHeaders, stored: [] })
          place.pending = []
          place.pendingHeaders = []
        }
        return gathered(pending, group.bytes)
      })
    } catch (cause) {
      return lost(group, cause)
    }
    underWay -= group.bytes
    for (const { place, records, stored } of pending) {
      let bytes = 0
      for (const { row, segment } of stored) {
        place.added(row, segment)
        bytes += segment.length
      }
      place.tail.add(records, bytes)
      durable(place)
    }
    for (const { resolve, positions } of group.calls) resolve(positions)
  }

  /** Later appends have offsets that follow the lost ones, so they go with them. */
  function lost(group: Group, cause: unknown): void {
    const after = gathering
    if (after !== group) underWay -= group.bytes
    gathering = { calls: [], places: [], bytes: 0 }
    for (const place of [...group.places, ...after.places]) {
      place.pending = []
      place.pendingHeaders = []
      place.assigned = place.next
    }
    const why = cause instanceof Error ? cause.message : String(cause)
    const error = logFaults.unreachable('The log took nothing', why, cause)
    for (const { reject } of group.calls) reject(error)
    if (after !== group) for (const { reject } of after.calls) reject(error)
  }

  return {
    pendingBytes: () => gathering.bytes + underWay,

    append({ records, places, headerTexts }, nowMs) {
      const positions: Position[] = []
      const group = gathering
      for (let nth = 0; nth < records.length; nth++) {
        const record = records[nth]
        const place = places[nth]
        if (!record || !place) break // never: the lists are equally long
        const headerText = headerTexts[nth] ?? ''
        const { key, value, headers, timestampMs = nowMs } = record
        const { topic, partition } = place
        const offset = place.assigned
        place.assigned += 1
        if (place.pending.length === 0) group.places.push(place)
        place.pending.push({ topic, partition, offset, key, value, headers, timestampMs })
        place.pendingHeaders.push(headerText)
        group.bytes += frameBound(key, headerText, value)
        positions.push({ topic, partition, offset })
      }
      return new Promise((resolve, reject) => {
        group.calls.push({ positions, resolve, reject })
        if (group.calls.length === 1) void commit()
        else commits.more()
      })
    },
  }
}
