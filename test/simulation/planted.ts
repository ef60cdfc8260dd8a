import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Outcome } from './simulate.ts'
import { simulateMany } from './simulate-many.ts'

/** A fault as somebody might well write it: one place of our source, changed. */
export interface Plant {
  readonly name: string
  readonly file: string
  readonly find: string
  readonly put: string
  /** What the auditor must say about it. */
  readonly expect: RegExp
}

export const plants: readonly Plant[] = [
  {
    name: 'a group whose newcomers get what was said before they came',
    file: 'stages/enrich.ts',
    find: '(joinedAt === null || joinedAt <= acceptedAt || joinedAt <= createdAt)',
    put: 'true',
    expect: /^not theirs:/,
  },
  {
    name: 'a group that goes on for those who left it',
    file: 'storage/adapters/memory/members.ts',
    find: '.filter(({ leftAt }) => leftAt === null)',
    put: '',
    expect: /^not theirs:/,
  },
  {
    name: 'people in a group who are heard by the client alone',
    file: 'stages/directory-facts.ts',
    find: 'if (written.length === 0) return undefined',
    put: 'if (written.length >= 0) return undefined',
    expect: /^lost:/,
  },
  {
    name: 'a message that goes to its next channel while the one before may still send it',
    file: 'stages/fallback-step.ts',
    find: "open.map(({ deliveryId }) => ledger.cancel(deliveryId, digest, 'fallen-back', nowMs))",
    put: 'open.map(async () => true)',
    expect: /^both:/,
  },
  {
    name: 'a failure after which no other channel is tried',
    file: 'stages/fallback-step.ts',
    find: 'if (lost.length > 0) {',
    put: 'if (lost.length > 0) { return end',
    expect: /^lost:/,
  },
  {
    name: 'commit before produce: input is settled while its output is still on its way',
    file: 'topology/runner/outbox.ts',
    find: 'await this.begin(broker)',
    put: 'void this.begin(broker).catch((error) => this.goOn(error, stageId, signal, broker)).catch(() => {})',
    expect: /^lost:|^not told:|^inbound:|^feed:/,
  },
  {
    name: 'dedup by a plain seen-set: a redelivery of the same submission is dropped',
    file: 'storage/adapters/memory/seen.ts',
    find: "if (row.submissionId === submissionId) return 'first'",
    put: '',
    expect: /^lost:|^inbound:/,
  },
  {
    name: 'a lane that lets a later record pass the one that is held',
    file: 'topology/runner/lane-runner.ts',
    find: 'this.#sleep(lane, verdict.forMs)',
    put: 'const [held] = lane.entries.splice(0, 1); if (held) lane.entries.splice(1, 0, held); this.#sleep(lane, verdict.forMs)',
    expect: /^out of order:/,
  },
  {
    name: 'a commit that is not a prefix: the offset behind the last record taken in',
    file: 'topology/runner/tracker.ts',
    find: 'return this.#offsets[this.#head] ?? this.#next',
    put: 'return this.#next',
    expect: /^lost:|^not told:|^inbound:/,
  },
  {
    name: 'a parked key that does not block its later records',
    file: 'topology/runner/parking.ts',
    find: 'return this.#blocked.has(key)',
    put: 'return this.#blocked.has(key) && false',
    expect: /^out of order:/,
  },
  {
    name: 'a successor that does not read which keys are blocked',
    file: 'topology/runner/parking.ts',
    find: 'if (last >= present) this.#blocked.set(',
    put: 'if (last < 0) this.#blocked.set(',
    expect: /^out of order:/,
  },
  {
    name: 'an unknown outcome that is sent again without a claim saying so',
    file: 'stages/deliver-once.ts',
    find: "outcome: { kind: 'unknown' },",
    put: "outcome: { kind: 'retry' },",
    expect: /^not flagged:/,
  },
  {
    name: 'a claim that does not wait for the attempt of another, who may only have lost its place',
    file: 'storage/ledger-rules.ts',
    find: "if (row.state === 'retry') return true",
    put: "if (row.state === 'retry' || (row.state === 'running' && claim.epoch > row.epoch)) return true",
    expect: /^twice:|^out of order:/,
  },
  {
    name: 'a record that is buried and of which nobody is told',
    file: 'topology/runner/dead-letter.ts',
    find: 'if (!tell || !onDead) return [record]',
    put: 'if (!tell || onDead) return [record]',
    expect: /^wrong status:/,
  },
  {
    name: 'an answer that is forgotten because the ledger would not take it at once',
    file: 'stages/unwritten-outcomes.ts',
    find: 'this.#kept.set(outcome.deliveryId, { outcome, ending })',
    put: '',
    expect: /^twice:/,
  },
  {
    name: 'a webhook that failed and is not tried again',
    file: 'stages/post-once.ts',
    find: '...(nextAt === null ? [] : [againEmit(key, call, nextAt)]),\n    ...(isNew',
    put: '...(isNew',
    expect: /^webhook:/,
  },
  {
    name: 'events that are passed over before the endpoints are known',
    file: 'stages/notify.ts',
    find: 'webhooks.isLoaded && webhooks.active',
    put: 'webhooks.active',
    expect: /^webhook:/,
  },
]

const root = join(import.meta.dirname, '..', '..')

/** Runs seeds over our source with the fault in it, until the auditor finds it; undefined when it does not. */
export async function findPlanted(plant: Plant, seeds: number): Promise<Outcome | undefined> {
  const { file, find, put, expect } = plant
  const path = join(root, file)
  const parts = readFileSync(path, 'utf8').split(find)
  if (parts.length !== 2) {
    throw new Error(
      `${file} has '${find}' ${parts.length - 1} times, not once: bring the plant up to date`,
    )
  }
  let found: Outcome | undefined
  await simulateMany({
    from: 1,
    seeds,
    // One: most are found within a few seeds, and to start costs as much as ten of them.
    lanes: 1,
    sources: { [pathToFileURL(path).href]: parts.join(put) },
    onOutcome(outcome) {
      if (outcome.faults.some((fault) => expect.test(fault))) found = outcome
      return found === undefined
    },
  })
  return found
}
