import type { NewRecord, Position, StoredRecord } from '../../contract/record.ts'
import { commitTurns } from '../embedded/commit-turns.ts'
import { logFaults } from '../embedded/log-faults.ts'
import { blockWriter, type Pending } from './block-writer.ts'
import { diskFailure } from './disk-failure.ts'
import { frameBound } from './frame-codec.ts'
import type { LogFiles } from './log-files.ts'
import type { PartitionLog } from './partition-log.ts'

/** Records that may be appended, and by their place in the list the partition and the text of the headers of each. */
export interface Checked {
  readonly records: readonly NewRecord[]
  readonly places: readonly PartitionLog[]
  readonly headerTexts: readonly string[]
}

/** What is no record and stands in the log to be durable with it, in the same order. */
export interface Note {
  readonly kind: string
  /** Asked for when its commit begins. */
  readonly text: () => string
  /** Called once, when the note is durable, or with why it is not: then what it told did not happen. */
  readonly settled: (error: unknown) => void
}

/** Gathers concurrent appends into one commit, whoever appended and to whatever partition. */
export interface AppendBuffer {
  append(checked: Checked, nowMs: number): Promise<readonly Position[]>
  /** Durable before any record appended after it; by itself after so long at the latest. */
  note(note: Note, patienceMs: number): void
  /** Bytes appended and not yet durable. */
  pendingBytes(): number
  /** Told of each partition that has new records, before the appends resolve; true when somebody is about to read them. */
  onDurable(told: (place: PartitionLog) => boolean): void
  /** The disk failed: nothing is taken until it is opened again. */
  isBroken(): boolean
  idle(): Promise<void>
}

interface Call {
  readonly positions: readonly Position[]
  readonly resolve: (positions: readonly Position[]) => void
  readonly reject: (error: unknown) => void
}

/** One partition's records of a commit, as they were given. */
interface Appended extends Pending {
  readonly records: readonly NewRecord[]
}

interface Group {
  readonly calls: Call[]
  readonly places: PartitionLog[]
  readonly notes: Note[]
  bytes: number
}

/** `clockMs` is a clock that only goes forward. */
export function appendBuffer(files: LogFiles, clockMs?: () => number): AppendBuffer {
  const encode = blockWriter()
  const turns = commitTurns(commit, clockMs)
  let gathering = newGroup()
  let underWay = 0
  let told: (place: PartitionLog) => boolean = () => false
  let broken: unknown = null

  async function commit(): Promise<void> {
    const group = gathering
    gathering = newGroup()
    underWay = group.bytes
    const appended = group.places.map(taken)
    const pending = noted(group.notes, appended)
    try {
      await files.append(encode(pending, files.next()))
    } catch (cause) {
      return lost(group, cause)
    }
    underWay = 0
    publish(group, appended)
  }

  function publish({ notes, places, calls }: Group, appended: readonly Appended[]): void {
    appended.forEach((each, nth) => {
      const place = places[nth]
      if (!place) return // never: each was taken from a place
      let bytes = 0
      for (const { block, segment } of each.stored) {
        place.added(block, segment)
        files.holds(block, segment)
        bytes += segment.length
      }
      if (told(place)) place.tail.add(storedOf(each, place), bytes)
      else place.tail.dropBelow(Number.POSITIVE_INFINITY)
    })
    for (const { settled } of notes) settled(null)
    for (const { resolve, positions } of calls) resolve(positions)
  }

  /** Later appends have offsets that follow the lost ones, so they go with them. */
  function lost(group: Group, cause: unknown): void {
    const after = gathering
    gathering = newGroup()
    underWay = 0
    for (const place of [...group.places, ...after.places]) {
      taken(place)
      place.assigned = place.next
    }
    const { message, lasting } = diskFailure(cause)
    const error = logFaults.unreachable('The log took nothing', message, cause)
    // After a failed sync the system may have dropped the pages it could not write, and a second one would
    // succeed without them (https://lwn.net/Articles/752063/). So nothing more is acknowledged here.
    if (lasting) broken = error
    // Those who noted first: nothing that is told to a caller here makes it ask before all of that is undone.
    for (const { settled } of [...group.notes, ...after.notes]) settled(error)
    for (const { reject } of [...group.calls, ...after.calls]) reject(error)
  }

  return {
    pendingBytes: () => gathering.bytes + underWay,
    idle: turns.idle,
    isBroken: () => broken !== null,

    onDurable(listener) {
      told = listener
    },

    note(note, patienceMs) {
      if (broken) return note.settled(broken)
      gathering.notes.push(note)
      if (patienceMs > 0) turns.rides(patienceMs)
      else turns.came()
    },

    append({ records, places, headerTexts }, nowMs) {
      if (broken) return Promise.reject(broken)
      const positions: Position[] = []
      const group = gathering
      for (let nth = 0; nth < records.length; nth++) {
        const record = records[nth]
        const place = places[nth]
        if (!record || !place) break // never: the lists are equally long
        const headerText = headerTexts[nth] ?? ''
        const { topic, partition } = place
        const offset = place.assigned
        place.assigned += 1
        if (place.pending.length === 0) group.places.push(place)
        place.pending.push(record)
        place.pendingHeaders.push(headerText)
        place.pendingTimesMs.push(record.timestampMs ?? nowMs)
        group.bytes += frameBound(record.key, headerText, record.value)
        positions.push({ topic, partition, offset })
      }
      return new Promise((resolve, reject) => {
        group.calls.push({ positions, resolve, reject })
        turns.came()
      })
    },
  }
}

function newGroup(): Group {
  return { calls: [], places: [], notes: [], bytes: 0 }
}

/** What waits for a commit in the partition, which then has nothing that waits. */
function taken(place: PartitionLog): Appended {
  const { id, pending: records, pendingHeaders: headers, pendingTimesMs: timesMs } = place
  place.pending = []
  place.pendingHeaders = []
  place.pendingTimesMs = []
  return { place: id, base: place.assigned - records.length, records, headers, timesMs, stored: [] }
}

/** Made only for those who read them at once: a second object for each record, kept until it is durable, is moved about by the collector. */
function storedOf({ base, records, timesMs }: Appended, place: PartitionLog): StoredRecord[] {
  const { topic, partition } = place
  return records.map(({ key, value, headers }, nth) => {
    const timestampMs = timesMs[nth] ?? 0
    return { topic, partition, offset: base + nth, key, value, headers, timestampMs }
  })
}

/** Notes stand first: what is torn off a commit by a power cut is its end, and a claim must not be missing before the records that follow from it. */
function noted(notes: readonly Note[], appended: readonly Pending[]): readonly Pending[] {
  if (notes.length === 0) return appended
  const records = notes.map(({ kind, text }) => ({ key: kind, value: Buffer.from(text()) }))
  const timesMs = records.map(() => 0)
  return [{ place: 0, base: 0, records, headers: [], timesMs, stored: [] }, ...appended]
}
