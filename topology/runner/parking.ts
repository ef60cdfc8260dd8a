import { engineHeaders } from '../contract/headers.ts'
import type { NewRecord, Position } from '../contract/record.ts'
import { derivedNames } from '../pipeline/model.ts'
import { retrying } from './backoff.ts'
import type { RunnerContext } from './context.ts'
import type { Entry } from './lane.ts'

/** A key in the park: the offset of its last parked record, of the last one finished, and how many are on their way. */
interface Blocked {
  last: number
  finished: number
  underWay: number
}

/**
 * The park of one slot: where lanes go that were held too long, and which keys are blocked by it.
 *
 * A key is blocked from the moment its first record is on its way to the park until the last record
 * parked of it is finished. While it is blocked, later records of it are appended behind, so the
 * park holds them in their order. The blocked keys, with the offset of their last parked record,
 * are kept in a compacted topic beside it: a successor reads that topic, not the whole backlog.
 *
 * After a crash between the two appends, the record is read again from its own topic while a copy of
 * it lies in the park. Each of the two streams has it before its successors, so whichever copy comes
 * first is in order, and the ledger of the stage stops the second.
 *
 * One that lost the slot and does not know yet may write marks behind those of the next owner. So a mark that frees a key says
 * up to where it is finished, and marks are read as claims of which the furthest holds, not the last.
 */
export class Parking {
  readonly #context: RunnerContext
  readonly #stageId: string
  readonly #partition: number
  readonly #signal: AbortSignal
  readonly #blocked = new Map<string, Blocked>()
  readonly #queue: Entry[] = []
  /** Up to where their records are finished. */
  readonly #freed = new Map<string, number>()
  #running = false

  constructor(context: RunnerContext, stageId: string, partition: number, signal: AbortSignal) {
    this.#context = context
    this.#stageId = stageId
    this.#partition = partition
    this.#signal = signal
  }

  isBlocked(key: string): boolean {
    return this.#blocked.has(key)
  }

  /** Reads the blocked keys; those whose last record is finished (or past the park's retention) are free. */
  async load(parkCommitted: number): Promise<void> {
    const { broker } = this.#context
    const park = await this.#patiently(() => broker.ends(derivedNames.park(this.#stageId)))
    const earliest = park.find(({ partition }) => partition === this.#partition)?.earliest ?? 0
    const present = Math.max(parkCommitted, earliest)
    const topic = derivedNames.blocked(this.#stageId)
    const all = await this.#patiently(() => broker.ends(topic))
    const ends = all.find(({ partition }) => partition === this.#partition)
    let offset = ends?.earliest ?? 0
    while (ends && offset < ends.next) {
      const from = { topic, partition: this.#partition, offset }
      const records = await this.#patiently(() =>
        broker.read(from, { maxRecords: 1_000, maxWaitMs: 0 }),
      )
      for (const { key, value, headers } of records) {
        const known = this.#blocked.get(key)?.last ?? -1
        if (value) {
          const last = Math.max(known, Number(Buffer.from(value).toString()))
          if (last >= present) this.#blocked.set(key, { last, finished: -1, underWay: 0 })
        } else if (known <= Number(headers[engineHeaders.finishedThrough] ?? known)) {
          this.#blocked.delete(key)
        }
      }
      const end = records.at(-1)
      if (!end) break // compaction removed the rest
      offset = end.offset + 1
    }
  }

  /** Blocks the entries' keys at once; `run` then appends them in this order. */
  add(key: string, entries: readonly Entry[]): void {
    const blocked = this.#blocked.get(key) ?? { last: -1, finished: -1, underWay: 0 }
    blocked.underWay += entries.length
    this.#blocked.set(key, blocked)
    this.#freed.delete(key)
    this.#queue.push(...entries)
  }

  /** A parked record is finished: the key is free if it was the last one. */
  finished(key: string, offset: number): void {
    const blocked = this.#blocked.get(key)
    if (!blocked) return
    blocked.finished = offset
    this.#freeIfDone(key, blocked)
  }

  #freeIfDone(key: string, { last, finished, underWay }: Blocked): void {
    if (underWay > 0 || finished < last) return
    this.#blocked.delete(key)
    this.#freed.set(key, finished)
  }

  /**
   * Appends what waits, until nothing does; one run at a time. An entry is settled when both its copy and
   * its key's mark are in the log and the slot is still ours: after a loss of ownership the next owner decides.
   */
  async run(settle: (entry: Entry) => void): Promise<void> {
    if (this.#running) return
    this.#running = true
    try {
      while (!this.#signal.aborted && (this.#queue.length > 0 || this.#freed.size > 0)) {
        await this.#append(this.#queue.splice(0, 500), settle)
      }
    } catch (error) {
      if (!this.#signal.aborted) {
        this.#context.meter.trouble(
          this.#stageId,
          'a park stopped half way; it goes on after the next assignment',
          error,
        )
      }
    } finally {
      this.#running = false
    }
  }

  async #append(entries: readonly Entry[], settle: (entry: Entry) => void): Promise<void> {
    const positions = await this.#appended(entries.map((entry) => this.#parkRecord(entry)))
    if (this.#signal.aborted) return
    const marks = new Map<string, number>()
    for (const [index, { taken }] of entries.entries()) {
      marks.set(taken.record.key, positions[index]?.offset ?? -1)
    }
    const freed = [...this.#freed]
    this.#freed.clear()
    await this.#appended([
      ...[...marks].map(([key, last]) => this.#mark(key, Buffer.from(String(last)), {})),
      ...freed.map(([key, through]) => this.#freeMark(key, through)),
    ])
    if (this.#signal.aborted) return
    for (const [index, entry] of entries.entries()) {
      const { key } = entry.taken.record
      const blocked = this.#blocked.get(key)
      if (blocked) {
        blocked.underWay--
        blocked.last = positions[index]?.offset ?? blocked.last
        // It may have been read back and finished before its mark was acknowledged.
        this.#freeIfDone(key, blocked)
      }
      settle(entry)
    }
    if (entries.length > 0) this.#context.meter.parked(this.#stageId, entries.length)
  }

  async #appended(records: readonly NewRecord[]): Promise<readonly Position[]> {
    if (records.length === 0) return []
    return this.#patiently(() => this.#context.broker.append(records))
  }

  /** Nothing may pass a key that is being parked, so it tries for as long as the slot is ours. */
  #patiently<Value>(task: () => Promise<Value>): Promise<Value> {
    const { clock, random, meter, brokerBackoff } = this.#context
    return retrying(task, {
      clock,
      random,
      signal: this.#signal,
      policy: brokerBackoff,
      again: () => true,
      onFailure: (error) => meter.trouble(this.#stageId, 'the park waits for the log', error),
    })
  }

  #parkRecord({ taken: { record }, firstHeldMs }: Entry): NewRecord {
    const { key, value, headers, topic, partition, offset } = record
    return {
      topic: derivedNames.park(this.#stageId),
      partition: this.#partition,
      key,
      value,
      headers: {
        ...headers,
        [engineHeaders.origin]: headers[engineHeaders.origin] ?? `${topic}/${partition}/${offset}`,
        [engineHeaders.firstHeldAt]: String(firstHeldMs ?? this.#context.clock.now()),
      },
    }
  }

  #freeMark(key: string, through: number): NewRecord {
    return this.#mark(key, null, { [engineHeaders.finishedThrough]: String(through) })
  }

  #mark(key: string, value: Uint8Array | null, headers: NewRecord['headers']): NewRecord {
    const topic = derivedNames.blocked(this.#stageId)
    return { topic, partition: this.#partition, key, value, headers }
  }
}
