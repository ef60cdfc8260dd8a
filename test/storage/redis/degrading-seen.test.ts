import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { memorySeen } from '../../../storage/adapters/memory/seen.ts'
import { degradingSeen } from '../../../storage/adapters/redis/degrading-seen.ts'
import { Stopgap } from '../../../storage/adapters/redis/stopgap.ts'
import type { SeenClaim, SeenWindow } from '../../../storage/ports/seen.ts'
import { Chat4AllError, isCode } from '../../../topology/contract/errors.ts'
import { overState } from '../../conformance/reopening.ts'
import { seenSuite } from '../../conformance/seen.ts'

const noon = 1_764_000_000_000
const hour = 3_600_000

const claimOf = (messageId: string, submissionId: string, digest = 'aa'): SeenClaim => ({
  tenant: 'default',
  direction: 'outbound',
  messageId,
  submissionId,
  digest,
  windowMs: hour,
})
const ana = claimOf('m-1', 's-1')
const anaAgain = claimOf('m-1', 's-2')

const away = new Chat4AllError('C4A_STORE_UNREACHABLE', {
  what: 'It',
  why: 'is away',
  todo: 'wait',
})
const isAway = (error: unknown) => isCode(error, 'C4A_STORE_UNREACHABLE')

/** A window that goes away and comes back, under a clock that is set. */
function scene(settings: { maxClaims?: number } = {}) {
  const shared = memorySeen()
  const told: boolean[] = []
  const world = { nowMs: 0, fault: undefined as unknown, asked: 0, told, shared }
  const window: SeenWindow = {
    async claim(claims, nowMs) {
      world.asked += 1
      if (world.fault) throw world.fault
      return shared.claim(claims, nowMs)
    },
  }
  const seen = degradingSeen(window, {
    now: () => world.nowMs,
    report: (degraded) => told.push(degraded),
    patienceMs: 3_000,
    probeEveryMs: 1_000,
    ...settings,
  })
  return { world, seen }
}

/** Loses the window for as long as it takes to be given up, with a claim of these. */
async function lost({ world, seen }: ReturnType<typeof scene>, claims: readonly SeenClaim[]) {
  world.fault = away
  await assert.rejects(seen.claim(claims, noon), isAway)
  world.nowMs += 3_000
  return seen.claim(claims, noon)
}

seenSuite(
  'degrading, over one that answers',
  overState(
    () => memorySeen(),
    (window) => degradingSeen(window, { now: () => 0, report() {} }),
  ),
)

seenSuite(
  'what a process has seen itself',
  overState(
    () => new Stopgap(10_000),
    (stopgap) => stopgap,
  ),
)

describe('a window that is away', () => {
  test('is waited for, and then the flow goes on without it', async () => {
    const { world, seen } = scene()
    assert.deepEqual(await seen.claim([ana], noon), ['first'])
    world.fault = away
    await assert.rejects(seen.claim([anaAgain], noon), isAway)
    world.nowMs = 2_999
    await assert.rejects(seen.claim([anaAgain], noon), isAway)
    assert.deepEqual(world.told, [])
    world.nowMs = 3_000
    // Claimed before: the ledger will know it.
    assert.deepEqual(await seen.claim([anaAgain], noon), ['first'])
    assert.deepEqual(world.told, [true])
  })

  test('is given up only when it has answered nobody for that long', async () => {
    const { world, seen } = scene()
    world.fault = away
    await assert.rejects(seen.claim([ana], noon), isAway)
    world.fault = undefined
    world.nowMs = 2_000
    await seen.claim([ana], noon)
    world.fault = away
    world.nowMs = 4_000
    await assert.rejects(seen.claim([ana], noon), isAway)
    assert.deepEqual(world.told, [])
  })

  test('is not given up for a fault that waiting does not cure', async () => {
    const { world, seen } = scene()
    world.fault = new Error('a bug')
    await assert.rejects(seen.claim([ana], noon), /a bug/)
    world.nowMs = 9_000
    await assert.rejects(seen.claim([ana], noon), /a bug/)
  })

  test('leaves a process with what it has seen itself', async () => {
    const stage = scene()
    assert.deepEqual(await lost(stage, [ana]), ['first'])
    const batch = [ana, anaAgain, claimOf('m-1', 's-3', 'bb'), claimOf('m-2', 's-4')]
    const verdicts = ['first', 'duplicate', 'reused', 'first']
    assert.deepEqual(await stage.seen.claim(batch, noon), verdicts)
  })

  test('costs no batch a wait, and is looked for now and then', async () => {
    const stage = scene()
    await lost(stage, [ana])
    const before = stage.world.asked
    for (let n = 0; n < 10; n++) await stage.seen.claim([ana], noon)
    assert.equal(stage.world.asked, before)
    stage.world.nowMs += 1_000
    for (let n = 0; n < 10; n++) await stage.seen.claim([ana], noon)
    assert.equal(stage.world.asked, before + 1)
  })

  test('gets back what was claimed meanwhile, before it is asked again', async () => {
    const stage = scene()
    const many = Array.from({ length: 1_200 }, (_, at) => claimOf(`m-${at}`, `s-${at}`))
    await lost(stage, many)
    stage.world.fault = undefined
    stage.world.nowMs += 1_000
    await stage.seen.claim([claimOf('late', 's-late')], noon)
    const others = many.map(({ messageId }) => claimOf(messageId, 'other'))
    // Asked while it is given back, and then.
    for (let n = 0; n < 100; n++) await stage.seen.claim(others, noon)
    const all = [...others, claimOf('late', 'other')]
    const verdicts = await stage.world.shared.claim(all, noon)
    assert.ok(verdicts.every((verdict) => verdict === 'duplicate'))
    assert.deepEqual(stage.world.told, [true, false])
  })

  test('keeps the time that is left of a claim when it is given back', async () => {
    const stage = scene()
    await lost(stage, [ana])
    stage.world.fault = undefined
    stage.world.nowMs += 1_000
    for (let n = 0; n < 100; n++) await stage.seen.claim([], noon + hour / 2)
    assert.deepEqual(stage.world.told, [true, false])
    const { shared } = stage.world
    assert.deepEqual(await shared.claim([anaAgain], noon + hour - 1), ['duplicate'])
    assert.deepEqual(await shared.claim([anaAgain], noon + hour), ['first'])
  })

  test('that goes away again while it is given back finds everything kept', async () => {
    const stage = scene()
    const many = Array.from({ length: 1_200 }, (_, at) => claimOf(`m-${at}`, `s-${at}`))
    await lost(stage, many)
    const { world, seen } = stage
    world.fault = undefined
    const claim = world.shared.claim
    let left = 1
    world.shared.claim = (claims, nowMs) =>
      left-- > 0 ? claim(claims, nowMs) : Promise.reject(away)
    world.nowMs += 1_000
    const again = many.map(({ messageId }) => claimOf(messageId, 'other'))
    for (let n = 0; n < 20; n++) {
      const verdicts = await seen.claim(again, noon)
      assert.ok(verdicts.every((verdict) => verdict === 'duplicate'))
    }
    assert.deepEqual(world.told, [true])
  })

  test('is told of when a fault that waiting does not cure ends the look for it', async () => {
    const stage = scene()
    await lost(stage, [ana])
    stage.world.fault = new Error('a bug')
    stage.world.nowMs += 1_000
    for (let n = 0; n < 10; n++) await stage.seen.claim([ana], noon)
    assert.deepEqual(stage.world.told, [true, true])
  })

  test('leaves no more in memory than it may', async () => {
    const stage = scene({ maxClaims: 100 })
    await lost(stage, [ana])
    const many = Array.from({ length: 300 }, (_, at) => claimOf(`n-${at}`, `s-${at}`))
    await stage.seen.claim(many, noon)
    const others = many.map(({ messageId }) => claimOf(messageId, 'other'))
    const verdicts = await stage.seen.claim(others.slice(-100), noon)
    assert.ok(verdicts.every((verdict) => verdict === 'duplicate'))
    assert.deepEqual(await stage.seen.claim([anaAgain], noon), ['first'])
  })
})
