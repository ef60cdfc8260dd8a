import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costFigures } from '../../bench/cluster/cost-figures.ts'
import { hopCost } from '../../bench/cluster/hop-cost.ts'

const spent = { own: [10, 2], servers: { kafka: 20, postgres: 3, redis: 1 } }

test('a hop that reads three records of a message costs three times a record', () => {
  const cost = hopCost('status-update', 3, { perSecond: 9_000, spent })
  assert.deepEqual(cost, {
    hop: 'status-update',
    hub: 36,
    kafka: 60,
    postgres: 9,
    redis: 3,
    perSecond: 3_000,
  })
})

test('ten million a minute take the cores of all hops on the way, at 60 % of each', () => {
  const hop = hopCost('validate', 1, { perSecond: 1, spent })
  const figures = costFigures([hop, hop], [hop])
  const cores = figures.find(({ unit }) => unit === 'cores')
  // 2 hops x 36 us x 166,667 a second are 12 s of processor time each second.
  assert.equal(cores?.value.toFixed(6), '20.000000')
  assert.equal(
    figures.filter(({ what }) => what === 'CPU a message, validate').length,
    3,
    'and the hops beside are shown',
  )
})
