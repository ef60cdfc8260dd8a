import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arrivalKey } from '../chaos/arrivals.ts'
import type { Evidence } from '../chaos/auditor.ts'
import type { PlannedMessage } from '../chaos/plan.ts'
import { phaseOutcome } from './phases.ts'

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
    firstAskedMs: new Map(messages.map(({ messageId }, nth) => [messageId, asked[nth] ?? 0])),
    acceptedMs: new Map<string, number>(),
    arrivedMs: new Map(
      messages.map(({ marker }, nth) => [arrivalKey(marker, 'telegram:1'), arrived[nth] ?? 0]),
    ),
  }
  const calm = phaseOutcome(phase('calm', 0, 20_000), evidence, times)
  const fault = phaseOutcome(phase('fault', 20_000, 60_000), evidence, times)
  assert.equal(calm.accepted, 1)
  assert.equal(calm.slowestMs, 1_000)
  assert.equal(fault.accepted, 2)
  assert.equal(fault.slowestMs, 21_000)
  assert.deepEqual(
    fault.slowest.map(({ messageId }) => messageId),
    ['m1', 'm2'],
  )
})
