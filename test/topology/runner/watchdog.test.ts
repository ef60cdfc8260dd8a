import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { virtualClock } from '../../../topology/adapters/virtual-clock.ts'
import type { RunnerHealth } from '../../../topology/runner/runner.ts'
import { startWatchdog } from '../../../topology/runner/watchdog.ts'

function watched(oldest: () => number | null) {
  const clock = virtualClock()
  const told: string[] = []
  const health = (): readonly RunnerHealth[] => [
    { stageId: 'deliver', idle: false, oldestRunningSinceMs: oldest(), lastContactMs: clock.now() },
  ]
  const onStall = (stage: string, forMs: number) => told.push(`${stage} ${forMs}`)
  const end = startWatchdog({ clock, health, stallMs: 1_000, onStall })
  return { clock, told, end }
}

describe('the watchdog', () => {
  test('tells a stage that has run one thing for too long, once', async () => {
    let since: number | null = null
    const { clock, told } = watched(() => since)
    since = clock.now()
    await clock.advance(900)
    assert.deepEqual(told, [])
    await clock.advance(5_000)
    assert.deepEqual(told, ['deliver 1000'])
  })

  test('tells it again when it stalls again', async () => {
    let since: number | null = null
    const { clock, told } = watched(() => since)
    since = clock.now()
    await clock.advance(2_000)
    since = null
    await clock.advance(2_000)
    since = clock.now()
    await clock.advance(2_000)
    assert.equal(told.length, 2)
  })

  test('says nothing about a stage that only waits', async () => {
    const { clock, told } = watched(() => null)
    await clock.advance(60_000)
    assert.deepEqual(told, [])
  })

  test('leaves no timer behind when it ends', async () => {
    const { clock, end } = watched(() => null)
    end()
    assert.equal(clock.nextDueMs(), undefined)
  })
})
