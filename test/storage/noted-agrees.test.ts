import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryLedger } from '../../storage/adapters/memory/ledger.ts'
import { memorySeen } from '../../storage/adapters/memory/seen.ts'
import { notedLedger } from '../../storage/adapters/noted/ledger.ts'
import { notedSeen } from '../../storage/adapters/noted/seen.ts'
import { seededRandom } from '../random.ts'
import { overDataFolder } from './data-folder.ts'
import { ledgerStep } from './ledger-step.ts'
import { seenClaims } from './seen-claims.ts'

// Random stories, with checkpoints in between and beside, must end as they do in memory.

const ledgers = overDataFolder(async ({ notes, tables }) => ({
  notes,
  ledger: await notedLedger(notes, tables, 10_000_000),
}))
const windows = overDataFolder(async ({ notes, tables }) => ({
  notes,
  window: await notedSeen(notes, tables),
}))

for (let seed = 1; seed <= 12; seed++) {
  test(`the ledger in notes tells what the one in memory tells, seed ${seed}`, async (t) => {
    const random = seededRandom(seed)
    const { notes, ledger: ours } = await ledgers.fresh(t)
    const reference = memoryLedger()
    let nowMs = 1_000_000
    for (let step = 0; step < 150; step++) {
      nowMs += random.below(40)
      const checkpoint = random.chance(0.1) ? notes.checkpoint() : null
      if (random.chance(0.5)) await checkpoint
      const act = ledgerStep(random, nowMs)
      assert.deepStrictEqual(await act(ours), await act(reference), `step ${step}`)
    }
  })

  test(`the seen window in notes tells what the one in memory tells, seed ${seed}`, async (t) => {
    const random = seededRandom(seed)
    const { notes, window: ours } = await windows.fresh(t)
    const reference = memorySeen()
    let nowMs = 1_000_000
    for (let step = 0; step < 60; step++) {
      nowMs += random.below(40)
      const checkpoint = random.chance(0.1) ? notes.checkpoint() : null
      if (random.chance(0.5)) await checkpoint
      const claims = seenClaims(random)
      assert.deepEqual(await ours.claim(claims, nowMs), await reference.claim(claims, nowMs))
    }
  })
}
