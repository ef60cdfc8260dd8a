import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RollCall } from '../../../topology/adapters/kafka/wire/roll-call.ts'

test('all are told that a node is gone when the others do not name it, and nobody while they do', async () => {
  const roll = new RollCall()
  assert.equal(await roll.isMissing('3'), false, 'before there is anybody to ask')
  const asked: string[] = []
  const living = new Set(['1', '2', '3'])
  roll.hearFrom(async (than) => {
    asked.push(than)
    return living
  })
  const told: string[] = []
  roll.enter((nodeId) => told.push(`a hears of ${nodeId}`))
  const leave = roll.enter((nodeId) => told.push(`b hears of ${nodeId}`))
  await fresh()
  assert.equal(await roll.isMissing('3'), false)
  assert.deepEqual([asked, told], [['3'], []])
  living.delete('3')
  assert.equal(await roll.isMissing('3'), true)
  assert.deepEqual(told, ['a hears of 3', 'b hears of 3'])
  leave()
  assert.equal(await roll.isMissing('3'), true)
  assert.deepEqual(told.slice(2), ['a hears of 3'])
})

test('however many ask, one question is on its way; the next one comes a moment after its answer', async () => {
  const roll = new RollCall()
  let asked = 0
  const answer = Promise.withResolvers<ReadonlySet<string>>()
  roll.hearFrom(() => {
    asked += 1
    return answer.promise
  })
  const missing = Array.from({ length: 20 }, (_, nth) => roll.isMissing(`${nth % 3}`))
  answer.resolve(new Set(['0', '1']))
  assert.deepEqual((await Promise.all(missing)).slice(0, 3), [false, false, true])
  await roll.isMissing('2')
  assert.equal(asked, 1)
  await fresh()
  await roll.isMissing('2')
  assert.equal(asked, 2)
})

test('nobody is gone because nobody can tell, or because one that tells knows of nobody', async () => {
  const roll = new RollCall()
  const told: string[] = []
  roll.enter((nodeId) => told.push(nodeId))
  roll.hearFrom(async () => new Set())
  assert.equal(await roll.isMissing('1'), false)
  await fresh()
  roll.hearFrom(() => Promise.reject(new Error('no node can be reached')))
  await assert.rejects(roll.isMissing('1'), /no node/)
  assert.deepEqual(told, [])
})

const fresh = () => new Promise((resolve) => setTimeout(resolve, 150))
