import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LateCache } from '../../stages/late-cache.ts'

describe('a late cache', () => {
  test('is empty, and asked and told to forget like one, before it holds anything', () => {
    const cache = new LateCache<number>(2)
    cache.delete('ana')
    assert.deepEqual([cache.size, cache.has('ana'), cache.get('ana')], [0, false, undefined])
  })

  test('forgets what was not asked for the longest', () => {
    const cache = new LateCache<number>(2)
    cache.set('ana', 1)
    cache.set('bia', 2)
    cache.get('ana')
    cache.set('caio', 3)
    assert.deepEqual(
      [cache.size, cache.get('ana'), cache.get('bia'), cache.get('caio')],
      [2, 1, undefined, 3],
    )
    cache.delete('ana')
    assert.equal(cache.has('ana'), false)
  })
})
