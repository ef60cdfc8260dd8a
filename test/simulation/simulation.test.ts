import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { describe, test } from 'node:test'
import { findPlanted, plants } from './planted.ts'
import { simulate } from './simulate.ts'
import { simulateMany } from './simulate-many.ts'

describe('the simulated hub', () => {
  test('keeps its promises over 200 seeds of kills, rebalances and lost answers', async () => {
    const broken: string[] = []
    let kills = 0
    let cutOffs = 0
    let parked = 0
    await simulateMany({
      from: 1,
      seeds: 200,
      onOutcome(outcome) {
        kills += outcome.kills
        cutOffs += outcome.cutOffs
        parked += outcome.parked
        for (const fault of outcome.faults) broken.push(`seed ${outcome.seed}: ${fault}`)
        return true
      },
    })
    assert.deepEqual(broken, [])
    assert.ok(
      kills > 200 && cutOffs > 200 && parked > 200,
      `the seeds are too kind: ${kills} kills, ${cutOffs} cut off, ${parked} parked`,
    )
  })

  test('does the very same when a seed is run again', async () => {
    assert.deepEqual(await simulate(7), await simulate(7))
  })
})

describe('the simulator finds', { concurrency: availableParallelism() }, () => {
  for (const plant of plants) {
    test(plant.name, async () => {
      const found = await findPlanted(plant, 200)
      assert.ok(found, `200 seeds did not notice ${plant.file}: ${plant.put}`)
    })
  }
})
