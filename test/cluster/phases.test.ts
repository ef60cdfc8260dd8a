import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arrivalKey } from '../chaos/arrivals.ts'
import type { Evidence } from '../chaos/auditor.ts'
import type { PlannedMessage } from '../chaos/plan.ts'
import { phaseOutcome } from './phases.ts'
import { slowestWays } from './slowest-ways.ts'

const phone = { channel: 'telegram', address: '1', gone: false } as const

const message = (nth: number): PlannedMessage => ({
  messageId: `m${nth}`,
  marker: `c0m${nth}`,
  words: 1,
  content: { type: 'text', text: `c0m${nth}w0` },
  isAnswered: false,
})

const messages = [0, 1, 2].map(message)
const evidence: Evidence = {
  conversations: [{ index: 0, phones: [phone], messages }],
  accepted: new Set(messages.map(({ messageId }) => messageId)),
  lines: [],
  written: [],
  listed: [],
  deliveries: new Map(),
  feed: [],
  followed: [],
  forgedAccepted: 0,
  records: new Map(),
}

const phase = (name: string, fromMs: number, toMs: number) => ({ name, fromMs, toMs, repeated: {} })

test('a message that was under way when the next thing was done is of that one', () => {
  const asked = [10_000, 19_000, 21_000]
  const arrived = [11_000, 40_000, 22_000]
  const times = {
    askedMs: new Map(messages.map(({ messageId }, nth) => [messageId, [asked[nth] ?? 0]])),
    acceptedMs: new Map<string, number>(),
    arrivedMs: new Map(
      messages.map(({ marker }, nth) => [arrivalKey(marker, 'telegram:1'), arrived[nth] ?? 0]),
    ),
  }
  const calm = phaseOutcome(phase('calm', 0, 20_000), evidence, times, new Map())
  const fault = phaseOutcome(phase('fault', 20_000, 60_000), evidence, times, new Map())
  assert.equal(calm.accepted, 1)
  assert.equal(calm.slowestMs, 1_000)
  assert.equal(fault.accepted, 2)
  assert.equal(fault.slowestMs, 21_000)
  assert.deepEqual(
    fault.slowest.map(({ messageId }) => messageId),
    ['m1', 'm2'],
  )
})

test('of a slow message its way is told, each step in its time', () => {
  const times = {
    askedMs: new Map([['m0', [10_000, 10_500]]]),
    acceptedMs: new Map([['m0', 11_000]]),
    arrivedMs: new Map([[arrivalKey('c0m0', 'telegram:1'), 40_000]]),
  }
  const fact = { kind: 'sent', attempt: 2, atMs: performance.timeOrigin + 40_200 }
  const outcome = phaseOutcome(
    phase('fault', 0, 60_000),
    evidence,
    times,
    new Map([['m0', [fact]]]),
  )
  const [name, way = ''] = slowestWays([outcome])
  assert.equal(name, 'fault:')
  const steps = way.split(': ').at(-1)
  assert.equal(
    steps,
    '0.5 s asked again, 1.0 s accepted, 30.0 s on the phone, 30.2 s sent, attempt 2',
  )
})
