import { isCode } from '../contract/errors.ts'
import type { StoredRecord } from '../contract/record.ts'
import type { Consumer, OwnedPartition } from '../ports/broker.ts'
import type { RunnerContext } from './context.ts'
import { Tracker } from './tracker.ts'

/** A partition in one term of ownership. */
export interface Partition {
  readonly owned: OwnedPartition
  readonly tracker: Tracker
  /** Bytes of its unsettled records. */
  bytes: number
  /** False once it is being revoked: nothing new may start for it. */
  open: boolean
  paused: boolean
  committed: number
}

/** A record on its way, until it is settled. */
export interface Taken {
  readonly record: StoredRecord
  /** Of its partition's tracker. */
  readonly place: number
  readonly partition: Partition
}

/** What a runner does with a member's records. */
export interface Intake {
  /** Awaited before the first record. */
  assigned(partitions: readonly Partition[]): Promise<void>
  /** Must return at once. */
  taken(records: readonly Taken[]): void
  /** Finishes or abandons what runs; what is settled when it resolves is committed. */
  released(partitions: readonly Partition[]): Promise<void>
}

export interface MemberOptions {
  readonly stageId: string
  readonly group: string
  readonly topics: readonly string[]
  /** Unsettled records of one partition at which it is paused; it goes on at half of it. */
  readonly window: number
  /** The same for the bytes of their values. */
  readonly windowBytes: number
  readonly commitEveryMs: number
  readonly drainMs: number
  /** True for the key of a record that counts as finished when it comes. */
  readonly skips?: ((key: string) => boolean) | undefined
}

/** What was passed over is passed over again for nothing, so its commit may wait so many times as long. */
const leisure = 20

/**
 * One member of a consumer group: takes records in, knows which are settled, and commits the prefix.
 *
 * The order that keeps records from being lost: a record is settled only after its output is
 * acknowledged by the log, and only a contiguous settled prefix is committed. On a revoke nothing new
 * starts, what runs may finish, the prefix is committed, and then the partition goes.
 */
export class Member {
  readonly #context: RunnerContext
  readonly #options: MemberOptions
  readonly #intake: Intake
  readonly #partitions = new Map<string, Partition>()
  #consumer: Consumer | undefined
  /** Its runner has enough for now: nothing of any partition is handed over. */
  #held = false
  #commitPlanned = false
  #commitPlannedLater = false
  #committing: Promise<void> = Promise.resolve()

  constructor(context: RunnerContext, options: MemberOptions, intake: Intake) {
    this.#context = context
    this.#options = options
    this.#intake = intake
  }

  async join(): Promise<void> {
    const { group, topics, drainMs } = this.#options
    this.#consumer = await this.#context.broker.subscribe(
      // Waiting for running attempts may take the drain; committing afterwards takes a moment more.
      { group, topics, from: 'earliest', revokeTimeoutMs: drainMs + 5_000 },
      {
        onAssign: (partitions) => this.#assign(partitions),
        onRevoke: (partitions) => this.#revoke(partitions),
        onRecords: (partition, records) => this.#take(partition, records),
      },
    )
    if (this.#held) this.hold()
    for (const partition of this.#partitions.values()) if (partition.paused) this.#pause(partition)
  }

  /** Takes in nothing more, of whatever partition, until `goOn`; what is being handed over may still come. */
  hold(): void {
    this.#held = true
    this.#consumer?.pause([...this.#partitions.values()].map(({ owned }) => owned))
  }

  goOn(): void {
    if (!this.#held) return
    this.#held = false
    const open = [...this.#partitions.values()].filter((each) => each.open && !each.paused)
    this.#consumer?.resume(open.map(({ owned }) => owned))
  }

  /** The record's output is in the log, or there is none. */
  settle({ place, partition, record }: Taken): void {
    partition.tracker.finish(place)
    partition.bytes -= record.value?.length ?? 0
    if (partition.paused && this.#fill(partition) <= 0.5) {
      partition.paused = false
      if (partition.open && !this.#held) this.#consumer?.resume([partition.owned])
    }
    this.#planCommit()
  }

  /** Everything of every partition taken in is settled. */
  get idle(): boolean {
    for (const { tracker } of this.#partitions.values()) if (tracker.span > 0) return false
    return true
  }

  lastContactMs(): number {
    return this.#consumer?.lastContactMs() ?? this.#context.clock.now()
  }

  async leave(): Promise<void> {
    await this.#consumer?.close()
  }

  async #assign(owned: readonly OwnedPartition[]): Promise<void> {
    const fresh = owned.map((each) => ({
      owned: each,
      tracker: new Tracker(each.offset),
      bytes: 0,
      open: true,
      paused: false,
      committed: each.offset,
    }))
    for (const partition of fresh) this.#partitions.set(nameOf(partition.owned), partition)
    await this.#intake.assigned(fresh)
  }

  #take(owned: OwnedPartition, records: readonly StoredRecord[]): void {
    const partition = this.#partitions.get(nameOf(owned))
    if (!partition?.open || partition.owned.epoch !== owned.epoch) return
    const { skips, stageId } = this.#options
    // As long as it can be: one that grows takes room for sixteen more, and most have but a few.
    const taken = new Array<Taken>(records.length)
    let count = 0
    let passed = 0
    for (const record of records) {
      if (skips?.(record.key)) {
        partition.tracker.pass(record.offset)
        passed++
        continue
      }
      const place = partition.tracker.take(record.offset)
      if (place === undefined) continue
      partition.bytes += record.value?.length ?? 0
      taken[count++] = { record, place, partition }
    }
    taken.length = count
    if (passed > 0) {
      this.#context.meter.discarded(stageId, 'skipped', passed)
      this.#planCommitLater()
    }
    if (this.#fill(partition) >= 1) this.#pause(partition)
    if (count > 0) this.#intake.taken(taken)
  }

  /** How full the partition's window is: 1 is full. */
  #fill({ tracker, bytes }: Partition): number {
    const { window, windowBytes } = this.#options
    return Math.max(tracker.span / window, bytes / windowBytes)
  }

  /** Back-pressure: records wait in the log, not in memory. */
  #pause(partition: Partition): void {
    partition.paused = true
    this.#consumer?.pause([partition.owned])
  }

  async #revoke(owned: readonly OwnedPartition[]): Promise<void> {
    const gone = owned.flatMap((each) => this.#partitions.get(nameOf(each)) ?? [])
    for (const partition of gone) partition.open = false
    await this.#intake.released(gone)
    await this.#commit()
    for (const partition of gone) {
      // It may have come back in a new term meanwhile.
      const key = nameOf(partition.owned)
      if (this.#partitions.get(key) === partition) this.#partitions.delete(key)
    }
  }

  #planCommit(): void {
    if (this.#commitPlanned) return
    this.#commitPlanned = true
    this.#context.clock.after(this.#options.commitEveryMs, () => {
      this.#commitPlanned = false
      void this.#commit()
    })
  }

  #planCommitLater(): void {
    if (this.#commitPlannedLater) return
    this.#commitPlannedLater = true
    this.#context.clock.after(this.#options.commitEveryMs * leisure, () => {
      this.#commitPlannedLater = false
      void this.#commit()
    })
  }

  /** One at a time, so that an older prefix never overtakes a newer one. Never rejects. */
  #commit(): Promise<void> {
    this.#committing = this.#committing.then(() => {
      const due = [...this.#partitions.values()].filter(
        ({ tracker, committed }) => tracker.prefix > committed,
      )
      return this.#commitAll(due)
    })
    return this.#committing
  }

  async #commitAll(due: readonly Partition[]): Promise<void> {
    const offsets = due.map(({ owned, tracker }) => ({
      topic: owned.topic,
      partition: owned.partition,
      epoch: owned.epoch,
      offset: tracker.prefix,
    }))
    if (offsets.length === 0) return
    if (!this.#consumer) {
      // Records may come before `subscribe` has answered: what they lead to is committed after it has.
      this.#planCommit()
      return
    }
    try {
      await this.#consumer.commit(offsets)
      due.forEach((partition, index) => {
        partition.committed = offsets[index]?.offset ?? partition.committed
      })
    } catch (error) {
      if (!isCode(error, 'C4A_EPOCH_FENCED')) {
        this.#context.meter.trouble(this.#options.stageId, 'offsets not committed', error)
        this.#planCommit()
      } else if (due.length > 1) {
        // One that is gone fences them all, so each is tried alone: those that stayed may get no other commit.
        for (const partition of due) await this.#commitAll([partition])
      } else {
        // Another member owns it now, and does again what was not committed.
        for (const partition of due) partition.committed = Number.MAX_SAFE_INTEGER
      }
    }
  }
}

const nameOf = ({ topic, partition }: { readonly topic: string; readonly partition: number }) =>
  `${topic}/${partition}`
