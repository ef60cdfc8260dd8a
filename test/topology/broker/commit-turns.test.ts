import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { commitTurns } from '../../../topology/adapters/embedded/commit-turns.ts'

/** Commits that end when they are told to. */
function stage(nowMs?: () => number) {
  const answers: (() => void)[] = []
  let begun = 0
  const turns = commitTurns(() => {
    begun += 1
    return new Promise((resolve) => answers.push(resolve))
  }, nowMs)
  return { turns, begun: () => begun, answer: () => answers.shift()?.() }
}

async function some(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn()
}

describe('turns of commits', () => {
  test('do not overlap', async () => {
    const { turns, begun, answer } = stage()
    turns.came()
    await some(3)
    turns.came()
    await some(3)
    assert.equal(begun(), 1)
    answer()
    await some(4)
    assert.equal(begun(), 2)
  })

  test('are not begun for riders, which the next one has aboard', async () => {
    const { turns, begun, answer } = stage()
    turns.rides(1e6)
    await some(5)
    assert.equal(begun(), 0)
    turns.came()
    await some(3)
    assert.equal(begun(), 1)
    answer()
    await turns.idle()
    assert.equal(begun(), 1, 'nothing is left to ride')
  })

  test('are begun at once where enough has come for one, unless one is under way', async () => {
    const { turns, begun, answer } = stage()
    turns.came()
    turns.full()
    assert.equal(begun(), 1)
    turns.full()
    await some(3)
    assert.equal(begun(), 1, 'they do not overlap')
    answer()
    await some(4)
    assert.equal(begun(), 2)
    answer()
    await turns.idle()
    assert.equal(begun(), 2, 'nothing was left of the turn that was overtaken')
  })

  test('are begun for what came after a full one, though its own turn was overtaken', async () => {
    const { turns, begun, answer } = stage()
    turns.came()
    turns.full()
    turns.came()
    answer()
    await some(6)
    assert.equal(begun(), 2)
    answer()
    await turns.idle()
  })

  /** A clock that stands still: nobody waits too long. Callers come one in each turn of the event loop, so that no turn brings nothing. */
  async function caller(turns: ReturnType<typeof commitTurns>, begun: () => number, from: number) {
    let came = 0
    while (begun() === from) {
      turns.came()
      came += 1
      await turn()
    }
    return came
  }

  test('are begun a little sooner where all had waited for the one before, and later again where many came meanwhile', async () => {
    const { turns, begun, answer } = stage(() => 0)
    const all = await caller(turns, begun, 0)
    answer()
    await turn()
    const sooner = await caller(turns, begun, 1)
    assert.ok(sooner < all && sooner > all / 2, `${sooner} of ${all}`)
    for (let nth = 0; nth < 32; nth++) turns.came()
    answer()
    await turn()
    assert.ok((await caller(turns, begun, 2)) + 32 > sooner)
    answer()
    await turns.idle()
  })

  test('are not begun sooner for the sake of a few', async () => {
    const { turns, begun, answer } = stage(() => 0)
    for (let round = 0; round < 40; round++) {
      await caller(turns, begun, round)
      answer()
      await turn()
    }
    const least = await caller(turns, begun, 40)
    assert.ok(least >= 16, String(least))
    answer()
    await turns.idle()
  })

  test('are begun for riders whose patience ends, and before the end', async () => {
    const { turns, begun, answer } = stage()
    turns.rides(0)
    while (begun() === 0) await turn()
    turns.rides(1e6)
    const idle = turns.idle()
    answer()
    await some(5)
    assert.equal(begun(), 2)
    let ended = false
    void idle.then(() => {
      ended = true
    })
    await some(3)
    assert.equal(ended, false)
    answer()
    await idle
  })
})
