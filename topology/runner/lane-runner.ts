import { engineHeaders } from '../contract/headers.ts'
import { derivedNames } from '../pipeline/model.ts'
import type { RunnerContext } from './context.ts'
import { Groups } from './groups.ts'
import type { Entry, Lane, Slot } from './lane.ts'
import { LaneStep, type Verdict } from './lane-step.ts'
import { type Intake, Member, type Partition, type Taken } from './member.ts'
import { Parking } from './parking.ts'
import { ReadyLanes } from './ready-lanes.ts'
import type { Runner, RunnerHealth } from './runner.ts'
import type { Unit } from './unit.ts'

/**
 * Runs a keyed effect: a lane per key, one attempt running per lane, many lanes at once.
 *
 * Order per key holds because only a lane's first entry is ever attempted, because a lane that is held
 * keeps its successors behind it, and because a lane that is parked blocks its key: whatever comes later
 * is appended behind it in the park. Nothing is lost, because an entry is settled only when its output
 * (or its copy in the park, or its dead letter) is acknowledged by the log.
 */
export class LaneRunner implements Runner, Intake {
  readonly #unit: Unit
  readonly #context: RunnerContext
  readonly #step: LaneStep
  readonly #member: Member
  readonly #groups: Groups
  readonly #slots = new Map<number, Slot>()
  readonly #ready: ReadyLanes
  readonly #running = new Map<Lane, number>()

  constructor(unit: Unit, context: RunnerContext) {
    this.#unit = unit
    this.#context = context
    const { id, window, drainMs, concurrency } = unit.head.stage
    this.#ready = new ReadyLanes(concurrency)
    this.#groups = new Groups(window.perGroup)
    this.#step = new LaneStep(unit, context, this.#groups, (lane, entry, verdict) =>
      this.#ended(lane, entry, verdict),
    )
    this.#member = new Member(
      context,
      {
        stageId: id,
        group: unit.group,
        topics: [...unit.inputs.keys(), derivedNames.park(id)],
        window: window.records,
        windowBytes: window.bytes,
        commitEveryMs: context.commitEveryMs,
        drainMs,
      },
      this,
    )
  }

  start(): Promise<void> {
    return this.#member.join()
  }

  async stop(): Promise<void> {
    await this.#member.leave()
  }

  health(): RunnerHealth {
    const [oldest = null] = this.#running.values() // insertion order: the first is the oldest
    return {
      stageId: this.#unit.head.stage.id,
      idle: this.#member.idle,
      oldestRunningSinceMs: oldest,
      lastContactMs: this.#member.lastContactMs(),
    }
  }

  async assigned(partitions: readonly Partition[]): Promise<void> {
    const park = derivedNames.park(this.#unit.head.stage.id)
    const loads: Promise<void>[] = []
    for (const partition of partitions) {
      const slot = this.#slot(partition.owned.partition)
      // Before the first record: which keys must queue behind the park?
      if (partition.owned.topic === park) loads.push(slot.parking.load(partition.owned.offset))
    }
    await Promise.all(loads)
  }

  taken(records: readonly Taken[]): void {
    const park = derivedNames.park(this.#unit.head.stage.id)
    for (const taken of records) {
      const { key, topic, partition } = taken.record
      const slot = this.#slots.get(partition)
      if (!slot?.open) continue
      const parked = topic === park
      // Not read of the others: what waits here may be many records, whose headers nobody needs yet.
      const heldSince = parked ? taken.record.headers[engineHeaders.firstHeldAt] : undefined
      const entry: Entry = {
        taken,
        parked,
        input: undefined,
        attempts: 0,
        firstHeldMs: heldSince ? Number(heldSince) : null,
        told: undefined,
      }
      if (!parked && slot.parking.isBlocked(key)) this.#park(slot, key, [entry])
      else this.#enter(slot, key, entry)
    }
    this.#dispatch()
  }

  async released(partitions: readonly Partition[]): Promise<void> {
    const slots = new Set(partitions.flatMap(({ owned }) => this.#slots.get(owned.partition) ?? []))
    await Promise.all([...slots].map((slot) => this.#close(slot)))
  }

  async #close(slot: Slot): Promise<void> {
    slot.open = false
    this.#slots.delete(slot.number)
    for (const lane of slot.lanes.values()) this.#rouse(lane)
    const cancel = this.#context.clock.after(this.#unit.head.stage.drainMs, () =>
      slot.abort.abort(),
    )
    while (slot.under > 0) {
      await new Promise<void>((resolve) => {
        slot.whenIdle = resolve
      })
    }
    await this.#step.drain(slot.abort.signal)
    cancel()
    slot.abort.abort()
  }

  #slot(number: number): Slot {
    const present = this.#slots.get(number)
    if (present) return present
    const abort = new AbortController()
    const slot: Slot = {
      number,
      lanes: new Map(),
      parking: new Parking(this.#context, this.#unit.head.stage.id, number, abort.signal),
      abort,
      under: 0,
      whenIdle() {},
      open: true,
    }
    this.#slots.set(number, slot)
    return slot
  }

  #enter(slot: Slot, key: string, entry: Entry): void {
    const lane = slot.lanes.get(key)
    if (!lane) {
      const fresh: Lane = {
        key,
        slot,
        entries: [entry],
        state: 'ready',
        group: null,
        runsAs: null,
        wake: nothing,
      }
      slot.lanes.set(key, fresh)
      this.#step.foresee(fresh, entry)
      this.#ready.push(fresh)
      return
    }
    lane.entries.push(entry)
    if (lane.state !== 'asleep' || lane.group === null) return
    this.#groups.count(lane.group, 1)
    if (this.#groups.isOver(lane.group)) this.#parkWaiting(lane)
  }

  #dispatch(): void {
    while (this.#running.size < this.#unit.head.stage.concurrency) {
      const lane = this.#ready.take()
      if (!lane) return
      if (!lane.slot.open) {
        this.#ready.ended(lane.group)
        continue
      }
      const entry = lane.entries[0]
      lane.runsAs = lane.group
      if (!entry) {
        this.#ready.ended(lane.group)
        continue
      }
      lane.state = 'running'
      this.#running.set(lane, this.#context.clock.now())
      lane.slot.under++
      void this.#step.attempt(lane, entry)
    }
  }

  /** The attempt on the lane's first entry. */
  #ended(lane: Lane, entry: Entry, verdict: Verdict): void {
    this.#running.delete(lane)
    this.#ready.ended(lane.runsAs)
    if (verdict.kind === 'settled') this.#settle(lane, entry)
    this.#proceed(lane, verdict)
    this.#dispatch()
    this.#left(lane.slot)
  }

  #left(slot: Slot): void {
    slot.under--
    if (slot.under === 0) slot.whenIdle()
  }

  #settle(lane: Lane, entry: Entry): void {
    lane.entries.shift()
    this.#member.settle(entry.taken)
    if (!entry.parked) return
    lane.slot.parking.finished(lane.key, entry.taken.record.offset)
    this.#runParking(lane.slot)
  }

  #proceed(lane: Lane, verdict: Verdict): void {
    if (!lane.slot.open) return
    if (verdict.kind === 'asleep') {
      this.#sleep(lane, verdict.forMs)
      return
    }
    if (verdict.kind === 'park') this.#parkWaiting(lane)
    if (lane.entries.length === 0) {
      lane.slot.lanes.delete(lane.key)
    } else {
      lane.state = 'ready'
      this.#ready.push(lane)
    }
  }

  #sleep(lane: Lane, forMs: number): void {
    const { group } = lane
    lane.state = 'asleep'
    if (group !== null) this.#groups.count(group, lane.entries.length)
    const cancel = this.#context.clock.after(forMs, () => {
      this.#rouse(lane)
      lane.state = 'ready'
      this.#ready.push(lane)
      this.#dispatch()
    })
    lane.wake = cancel
    if (group !== null && this.#groups.isOver(group)) this.#parkWaiting(lane)
  }

  /** Ends a sleep without attempting anything. */
  #rouse(lane: Lane): void {
    if (lane.state !== 'asleep') return
    lane.wake()
    lane.state = 'ready'
    if (lane.group !== null) this.#groups.count(lane.group, -lane.entries.length)
  }

  /** Moves what came from the main topic to the park; a first entry that is parked already stays, asleep. */
  #parkWaiting(lane: Lane): void {
    if (!this.#unit.head.stage.park) return
    const main = lane.entries.filter(({ parked }) => !parked)
    const stays = lane.entries.filter(({ parked }) => parked)
    if (main.length === 0) return
    if (stays.length === 0) this.#rouse(lane)
    else if (lane.state === 'asleep' && lane.group !== null)
      this.#groups.count(lane.group, -main.length)
    lane.entries.splice(0, lane.entries.length, ...stays)
    if (stays.length === 0 && lane.state !== 'running') lane.slot.lanes.delete(lane.key)
    this.#park(lane.slot, lane.key, main)
  }

  #park(slot: Slot, key: string, entries: readonly Entry[]): void {
    slot.parking.add(key, entries)
    this.#runParking(slot)
  }

  #runParking(slot: Slot): void {
    slot.under++
    // Nothing here rejects.
    void slot.parking.run((entry) => this.#member.settle(entry.taken)).then(() => this.#left(slot))
  }
}

function nothing(): void {}
