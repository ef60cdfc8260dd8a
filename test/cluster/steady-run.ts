import { setTimeout as sleep } from 'node:timers/promises'
import { arrivalKey } from '../chaos/arrivals.ts'
import { audit, type Verdict } from '../chaos/auditor.ts'
import { collectEvidence } from '../chaos/collect-evidence.ts'
import { createGroups } from '../chaos/create-groups.ts'
import { FeedReader } from '../chaos/hub-records.ts'
import { LoadClient } from '../chaos/load-client.ts'
import { type PlannedConversation, planOf } from '../chaos/plan.ts'
import { restBatch, restSingle } from '../chaos/rest-senders.ts'
import type { Sender } from '../chaos/sender.ts'
import { type Outstanding, Settling } from '../chaos/settling.ts'
import { Watcher } from '../chaos/watcher.ts'
import { seededRandom } from '../random.ts'
import type { ClusterScene } from './cluster-scene.ts'
import { Pace } from './pace.ts'
import { type Phase, type PhaseOutcome, phaseOutcome } from './phases.ts'
import { quickMs } from './quick-ms.ts'
import { slowestFacts } from './slowest-facts.ts'
import type { Times } from './ways.ts'

/** Something that is done to the hub or its servers; resolves when it is healed. */
export interface Scenario {
  readonly name: string
  run(signal: AbortSignal): Promise<void>
}

export interface SteadyRunOptions {
  readonly seed: number
  readonly conversations: number
  /** Messages a second, all the while. */
  readonly perSecond: number
  readonly scenarios: readonly Scenario[]
  readonly signal: AbortSignal
  readonly say: (sentence: string) => void
  /** Of the log, by topic: how many records it has had. */
  readonly records: () => Promise<ReadonlyMap<string, number>>
}

export interface SteadyOutcome {
  readonly phases: readonly PhaseOutcome[]
  readonly verdict: Verdict
  readonly accepted: number
}

const workers = 24
/** Every scenario is looked at for so long at least, and until all is quick again. */
const calmMs = 5_000
/** A scenario after which the flow has not resumed for so long is given up on. */
const resumeWithinMs = 90_000
const stallMs = 60_000
const stopBoundMs = 60_000
/** More than any run takes. */
const longestRunS = 3_600

/** Sends at a steady rate while one scenario after another is played, then holds all of it against the phones. */
export async function steadyRun(
  scene: ClusterScene,
  options: SteadyRunOptions,
): Promise<SteadyOutcome> {
  const { signal, say } = options
  const { simulator, api, grpc } = scene
  const messages = options.perSecond * longestRunS
  const { conversations } = planOf({ ...options, messages, kills: 0 })
  for (const { phones } of conversations) {
    for (const phone of phones) if (phone.gone) await simulator.leave(phone)
  }
  const before = await options.records()
  const created = await createGroups(conversations, api)
  const askedMs = new Map<string, number[]>()
  const acceptedMs = new Map<string, number>()
  const feed = new FeedReader(api, 'now')
  await feed.walk()
  const since = feed.cursor
  const watcher = new Watcher(conversations, simulator, api, since)
  const pace = new Pace(options.perSecond)
  const timed = (sender: Sender): Sender => ({
    ...sender,
    send(items) {
      // When it is sent and not when it is accepted, or all workers would send before the first answer.
      pace.took(items.length)
      const nowMs = performance.now()
      for (const { message } of items) {
        const { messageId } = message
        askedMs.set(messageId, [...(askedMs.get(messageId) ?? []), nowMs])
      }
      return sender.send(items)
    },
  })
  const load = new LoadClient({
    conversations,
    created,
    senders: [restSingle(api), restSingle(api), restBatch(api), grpc.single, grpc.batch].map(timed),
    workers,
    random: seededRandom(options.seed + 1),
    isAhead: () => pace.isAhead,
    onAccepted(items) {
      for (const { message } of items) acceptedMs.set(message.messageId, performance.now())
    },
  })
  const times = { askedMs, acceptedMs, arrivedMs: watcher.arrivedAtMs }
  const loadOver = new AbortController()
  const over = new AbortController()
  const loading = load.run(AbortSignal.any([signal, loadOver.signal]))
  const watching = watcher.run(AbortSignal.any([signal, over.signal]))
  const late = lateness(conversations, times)
  const failures: string[] = []
  const phases: Phase[] = []
  try {
    // The first members of groups join, and people are made known: none of it is what a scenario does.
    const start: Scenario = { name: 'the start', run: () => sleep(10_000) }
    const calm: Scenario = { name: 'nothing', run: () => sleep(10_000) }
    for (const { name, run } of [start, calm, ...options.scenarios]) {
      say(`${name}: ${acceptedMs.size} accepted so far`)
      const fromMs = performance.now()
      const repeatedBefore = { ...load.repeated }
      // One that cannot be healed is told, and does not take what was seen before with it.
      const played = run(signal).catch((error: unknown) => {
        failures.push(`${name}: ${error instanceof Error ? error.message : error}`)
      })
      await Promise.race([played, watching])
      signal.throwIfAborted()
      await sleep(calmMs)
      const untilMs = performance.now() + resumeWithinMs
      while (late() > quickMs && performance.now() < untilMs && !signal.aborted) await sleep(200)
      if (late() > quickMs)
        failures.push(`${name}: the flow did not resume in ${resumeWithinMs} ms`)
      const toMs = performance.now()
      const repeated = difference(load.repeated, repeatedBefore)
      phases.push({ name, fromMs, toMs, repeated })
    }
    loadOver.abort()
    await loading
    const accepted = new Set(acceptedMs.keys())
    const { conversationIds } = load
    const settling = { conversations, accepted, conversationIds, watcher, simulator, api, since }
    const outstanding = await new Settling(settling).wait(stallMs, signal, () => {})
    signal.throwIfAborted()
    say(`at rest: ${accepted.size} accepted`)
    over.abort()
    await watching
    const facts = await slowestFacts(phases, conversations, accepted, times, api)
    const asked = {
      simulator,
      api,
      stop: () => scene.stop(stopBoundMs),
      records: async () => new Map(Object.entries(difference(await options.records(), before))),
    }
    const { evidence, troubles } = await collectEvidence(asked, settling)
    const verdict = audit(evidence)
    const all = [
      ...failures,
      ...troubles,
      ...load.refusals.map((why) => `refused: ${why}`),
      ...unfinished(outstanding),
      ...verdict.failures,
    ]
    return {
      phases: phases.map((phase) => phaseOutcome(phase, evidence, times, facts)),
      verdict: { ...verdict, failures: all },
      accepted: accepted.size,
    }
  } finally {
    over.abort()
    loadOver.abort()
    await Promise.allSettled([loading, watching])
  }
}

type Counts = Readonly<Record<string, number>> | ReadonlyMap<string, number>

function difference(now: Counts, before: Counts): Readonly<Record<string, number>> {
  const entries = (counts: Counts) => (counts instanceof Map ? [...counts] : Object.entries(counts))
  const known = new Map<string, number>(entries(before))
  return Object.fromEntries(
    entries(now)
      .map(([name, count]): [string, number] => [name, count - (known.get(name) ?? 0)])
      .filter(([, count]) => count > 0),
  )
}

/** How old the oldest message is that was sent and has not arrived, milliseconds. */
function lateness(
  conversations: readonly PlannedConversation[],
  times: Pick<Times, 'askedMs' | 'arrivedMs'>,
): () => number {
  const keys = new Map<string, readonly string[]>()
  for (const { phones, messages } of conversations) {
    const there = phones.filter(({ gone }) => !gone)
    for (const { messageId, marker } of messages) {
      const ofMessage = there.map((each) => arrivalKey(marker, `${each.channel}:${each.address}`))
      keys.set(messageId, ofMessage)
    }
  }
  const done = new Set<string>()
  return () => {
    for (const [messageId, [firstMs = 0]] of times.askedMs) {
      if (done.has(messageId)) continue
      const all = keys.get(messageId) ?? []
      if (all.some((key) => !times.arrivedMs.has(key))) return performance.now() - firstMs
      done.add(messageId)
    }
    return 0
  }
}

function* unfinished(outstanding: Outstanding): Iterable<string> {
  for (const [what, count] of Object.entries(outstanding)) {
    if (count !== 0) yield `not at rest: ${count ?? 'unknown how many'} ${what} outstanding`
  }
}
