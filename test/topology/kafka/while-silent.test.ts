import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whileSilent } from '../../../topology/adapters/kafka/wire/while-silent.ts'

test('looks while there is no answer, one look at a time, and not after it', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const answer = Promise.withResolvers<string>()
  const firstLook = Promise.withResolvers<void>()
  let looks = 0
  const asked = whileSilent(answer.promise, 1_000, () => {
    looks += 1
    return looks === 1 ? firstLook.promise : Promise.reject(new Error('nobody can tell'))
  })
  t.mock.timers.tick(999)
  assert.equal(looks, 0)
  t.mock.timers.tick(3_000)
  assert.equal(looks, 1, 'the first look goes on')
  firstLook.resolve()
  await settled()
  t.mock.timers.tick(1_000)
  assert.equal(looks, 2)
  answer.resolve('it')
  assert.equal(await asked, 'it', 'whatever a look met with')
  t.mock.timers.tick(5_000)
  assert.equal(looks, 2)
})

test('rejects as the answer does', async () => {
  const asked = whileSilent(Promise.reject(new Error('refused')), 1_000, async () => {})
  await assert.rejects(asked, /refused/)
})

const settled = () => new Promise((resolve) => setImmediate(resolve))
