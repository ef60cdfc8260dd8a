import type { NewRecord, Position, StoredRecord } from '../../contract/record.ts'
import { writeUtf8 } from '../../contract/write-utf8.ts'
import { commitTurns } from '../embedded/commit-turns.ts'
import { logFaults } from '../embedded/log-faults.ts'
import { blockWriter, type Pending } from './block-writer.ts'
import { diskFailure } from './disk-failure.ts'
import type { FrameRoom } from './frame-room.ts'
import { FrameRuns } from './frame-runs.ts'
import type { LogFiles } from './log-files.ts'
import type { PartitionLog } from './partition-log.ts'

/** Records that may be appended, and by their place in the list the partition of each. */
export interface Checked {
  readonly records: readonly NewRecord[]
  readonly places: readonly PartitionLog[]
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
  readonly places: readonly PartitionLog[]
  readonly offsets: readonly number[]
  readonly resolve: (positions: readonly Position[]) => void
  readonly reject: (error: unknown) => void
}

/** One partition's part of a commit, and its records as they were given, where somebody is likely to read them at once. */
interface Appended extends Pending {
  readonly kept: readonly StoredRecord[] | null
}

interface Group {
  readonly calls: Call[]
  readonly places: PartitionLog[]
  readonly notes: Note[]
  bytes: number
}

/** More company makes a commit no cheaper by the byte; begun at once the disk writes while the next is gathered, and the frames are still in the processor's cache. */
const fullBytes = 512 * 1024

/** `clockMs` is a clock that only goes forward. */
export function appendBuffer(
  files: LogFiles,
  room: FrameRoom,
  clockMs?: () => number,
): AppendBuffer {
  const encode = blockWriter()
  const utf8 = utf8Scratch()
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
    const pending = group.notes.length > 0 ? [noted(group.notes), ...appended] : appended
    try {
      const bytes = encode(pending, files.next())
      giveBack(pending)
      await files.append(bytes)
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
      place.isRead = told(place)
      if (place.isRead && each.kept) place.tail.add(each.kept, bytes)
      else place.tail.dropBelow(Number.POSITIVE_INFINITY)
    })
    for (const { settled } of notes) settled(null)
    for (const call of calls) call.resolve(positionsOf(call))
  }

  /** Later appends have offsets that follow the lost ones, so they go with them. */
  function lost(group: Group, cause: unknown): void {
    const after = gathering
    gathering = newGroup()
    underWay = 0
    for (const place of [...group.places, ...after.places]) {
      giveBack([taken(place)])
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

    append({ records, places }, nowMs) {
      if (broken) return Promise.reject(broken)
      const offsets = new Array<number>(records.length)
      const group = gathering
      for (let nth = 0; nth < records.length; nth++) {
        const record = records[nth]
        const place = places[nth]
        if (!record || !place) break // never: the lists are equally long
        const timestampMs = record.timestampMs ?? nowMs
        const offset = place.assigned
        const isFirst = place.pending.isEmpty
        const isKept = isFirst ? place.isRead : place.kept !== null
        // Where it is kept beside its frame, too, it is made apart.
        const value = isKept ? record.value : (record.inPlace ?? record.value)
        group.bytes += place.pending.add(offset, record, value, timestampMs)
        if (isFirst) {
          group.places.push(place)
          place.kept = isKept ? [] : null
        }
        place.kept?.push(storedOf(record, place, offset, timestampMs))
        place.assigned += 1
        offsets[nth] = offset
      }
      return new Promise((resolve, reject) => {
        group.calls.push({ places, offsets, resolve, reject })
        if (group.bytes >= fullBytes) turns.full()
        else turns.came()
      })
    },
  }

  /** Notes stand first: what is torn off a commit by a power cut is its end, and a claim must not be missing before the records that follow from it. */
  function noted(notes: readonly Note[]): Pending {
    const frames = new FrameRuns(room)
    notes.forEach(({ kind, text }, nth) => {
      frames.add(nth, { key: kind, headers: {} }, utf8(text()), 0)
    })
    return { place: 0, runs: frames.take(), stored: [] }
  }

  function giveBack(pending: readonly Pending[]): void {
    for (const { runs } of pending) {
      for (const { memory } of runs) room.give(memory)
    }
  }
}

/** Texts as bytes that are good until the next one: a commit's notes are some kilobytes, which were memory of their own each time. */
function utf8Scratch(): (text: string) => Uint8Array {
  let scratch = Buffer.allocUnsafeSlow(64 * 1024)
  return (text) => {
    const bound = 3 * text.length
    if (bound > scratch.byteLength)
      scratch = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(bound)))
    return scratch.subarray(0, writeUtf8(scratch, 0, text))
  }
}

function newGroup(): Group {
  return { calls: [], places: [], notes: [], bytes: 0 }
}

/** What waits for a commit in the partition, which then has nothing that waits. */
function taken(place: PartitionLog): Appended {
  const { id, kept } = place
  place.kept = null
  return { place: id, runs: place.pending.take(), kept, stored: [] }
}

/** Made when they are told, and not before: objects that live until a commit ends are moved about by the collector. */
function positionsOf({ places, offsets }: Call): readonly Position[] {
  return places.map(({ topic, partition }, nth) => ({
    topic,
    partition,
    offset: offsets[nth] ?? 0,
  }))
}

/** Made only for those who read them at once, for the same reason. */
function storedOf(
  { key, value, headers }: NewRecord,
  { topic, partition }: PartitionLog,
  offset: number,
  timestampMs: number,
): StoredRecord {
  return { topic, partition, offset, key, value, headers, timestampMs }
}
