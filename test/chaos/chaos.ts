import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../random.ts'
import { audit, type Verdict } from './auditor.ts'
import { collectEvidence } from './collect-evidence.ts'
import { createGroups } from './create-groups.ts'
import { keptRecords } from './kept-records.ts'
import { type Death, Killer } from './killer.ts'
import { LoadClient } from './load-client.ts'
import { type PlanOptions, planOf } from './plan.ts'
import { restBatch, restSingle } from './rest-senders.ts'
import { openScene, type Scene } from './scene.ts'
import type { Sender } from './sender.ts'
import { type Outstanding, Settling } from './settling.ts'
import { Watcher } from './watcher.ts'

export interface ChaosOptions extends PlanOptions {
  /** Leaves the folder with the hub's data, the phones' record and the hub's log. A run that failed always does. */
  readonly keep: boolean
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

export interface Progress {
  readonly accepted: number
  /** Pairs of message and phone. */
  readonly arrived: number
  readonly expected: number
  readonly deaths: number
  readonly outstanding: Outstanding | null
}

export interface Outcome {
  readonly verdict: Verdict
  readonly outstanding: Outstanding
  readonly deaths: readonly Death[]
  /** How long each start took, milliseconds. */
  readonly startsMs: readonly number[]
  readonly accepted: number
  readonly acceptedBy: Readonly<Record<string, number>>
  readonly repeated: Readonly<Record<string, number>>
  readonly answersFromPhones: number
  readonly events: number
  /** What the simulator did to the hub, by fault. */
  readonly faults: Readonly<Record<string, number>>
  /** Records that the hub's log has had, by topic. */
  readonly records: ReadonlyMap<string, number>
  /** From the first request to the last acceptance, to the last arrival, and to rest, milliseconds. */
  readonly acceptedMs: number
  readonly arrivedMs: number
  readonly totalMs: number
  /** Null when it was removed. */
  readonly folder: string | null
}

const workers = 48
/** Nothing new for so long means that nothing more comes: longer than every wait of chaos-pipeline.ts. */
const stallMs = 60_000
/** The hub's own bound on a stop is 35 s. */
const stopBoundMs = 45_000

/** One run, from empty folder to verdict. Rejects when `signal` aborts; nothing is left behind then either. */
export async function runChaos(options: ChaosOptions): Promise<Outcome> {
  const scene = await openScene(options.seed, workers)
  let keep = options.keep
  try {
    const outcome = await run(scene, options)
    keep ||= outcome.verdict.failures.length > 0
    return keep ? outcome : { ...outcome, folder: null }
  } catch (error) {
    keep ||= !options.signal.aborted
    if (keep) process.stderr.write(`what was there is kept in ${scene.folder}\n`)
    throw error
  } finally {
    await scene.close(keep)
  }
}

async function run(scene: Scene, options: ChaosOptions): Promise<Outcome> {
  const { simulator, hub, api, grpc } = scene
  const { signal } = options
  const plan = planOf(options)
  const { conversations } = plan
  const expected = conversations.reduce(
    (sum, { phones, messages }) =>
      sum + messages.length * phones.filter(({ gone }) => !gone).length,
    0,
  )
  for (const { phones } of conversations) {
    for (const phone of phones) if (phone.gone) await simulator.leave(phone)
  }
  await hub.ready
  const created = await createGroups(conversations, api)

  const watcher = new Watcher(conversations, simulator, api)
  const killer = new Killer(hub)
  const accepted = new Set<string>()
  const lead = Math.max(200, Math.ceil(options.messages * 0.1))
  const load = new LoadClient({
    conversations,
    created,
    senders: [
      ...Array<Sender>(6).fill(restSingle(api)),
      ...Array<Sender>(4).fill(grpc.single),
      restBatch(api),
      grpc.batch,
    ],
    workers,
    random: seededRandom(options.seed + 1),
    // Deaths should find work at both ends, so acceptance does not run far ahead of arrival.
    isAhead: () => accepted.size - (watcher.arrived * options.messages) / expected > lead,
    onAccepted(items, askedAtMs) {
      killer.accepted(askedAtMs, performance.now())
      for (const { message } of items) accepted.add(message.messageId)
    },
  })
  const progress = () => (accepted.size / options.messages + watcher.arrived / expected) / 2
  let left: Outstanding | null = null
  const tell = () =>
    options.onProgress({
      accepted: accepted.size,
      arrived: watcher.arrived,
      expected,
      deaths: killer.deaths.length,
      outstanding: left,
    })

  const over = new AbortController()
  const whole = AbortSignal.any([signal, over.signal])
  const failures: string[] = []
  const startedAt = performance.now()
  let acceptedMs = 0
  const watching = watcher.run(whole)
  const stalled = watchForStall(() => {
    tell()
    return `${accepted.size} ${watcher.arrived} ${killer.deaths.length}`
  }, whole)
  const killing = killer.run(plan.kills, progress, AbortSignal.any([whole, stalled.signal]))
  const loading = load.run(AbortSignal.any([whole, stalled.signal])).then(() => {
    acceptedMs = performance.now() - startedAt
  })
  try {
    // A watcher that fails ends the run.
    await Promise.race([Promise.all([loading, killing]), watching])
    signal.throwIfAborted()
    if (stalled.signal.aborted) failures.push('the run stalled before all was accepted and killed')
    await hub.ready
    const settling = new Settling({
      conversations,
      accepted,
      conversationIds: load.conversationIds,
      watcher,
      simulator,
      api,
    })
    const outstanding = await settling.wait(stallMs, signal, (now) => {
      left = now
    })
    signal.throwIfAborted()
    const totalMs = performance.now() - startedAt
    over.abort()
    await watching
    const asked = {
      simulator,
      api,
      async stop() {
        const code = await hub.stop(stopBoundMs)
        const how = code ?? 'a signal'
        return code === 0 ? [] : [`the hub was asked to stop and ended with ${how}`]
      },
      records: async () => keptRecords(scene.dataDir),
    }
    const { evidence, troubles } = await collectEvidence(asked, {
      conversations,
      accepted,
      conversationIds: load.conversationIds,
      watcher,
    })
    const verdict = audit(evidence)
    const all = [
      ...failures,
      ...troubles,
      ...hub.crashes,
      ...load.refusals.map((why) => `refused: ${why}`),
      ...unfinished(outstanding),
      ...verdict.failures,
    ]
    return {
      verdict: { ...verdict, failures: all },
      outstanding,
      deaths: killer.deaths,
      startsMs: hub.startsMs,
      accepted: accepted.size,
      acceptedBy: load.acceptedBy,
      repeated: load.repeated,
      answersFromPhones: watcher.written.length,
      events: evidence.feed.length,
      faults: evidence.faults,
      records: evidence.records,
      acceptedMs,
      arrivedMs: watcher.lastArrivalAtMs - startedAt,
      totalMs,
      folder: scene.folder,
    }
  } finally {
    over.abort()
    await Promise.allSettled([loading, killing, watching])
  }
}

/** Aborts when what `sign` says has not changed for `stallMs`. */
function watchForStall(sign: () => string, signal: AbortSignal): AbortController {
  const stalled = new AbortController()
  void (async () => {
    let before = ''
    let changedAt = performance.now()
    while (!signal.aborted) {
      const now = sign()
      if (now !== before) changedAt = performance.now()
      before = now
      if (performance.now() - changedAt > stallMs) return stalled.abort()
      await sleep(100)
    }
  })()
  return stalled
}

function* unfinished(outstanding: Outstanding): Iterable<string> {
  for (const [what, count] of Object.entries(outstanding)) {
    if (count !== 0) {
      yield `not at rest: ${count ?? 'unknown how many'} ${what} outstanding when nothing had changed for ${stallMs / 1000} s`
    }
  }
}
