import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { murmur2, partitionOf } from '../../../topology/adapters/partitioner.ts'

/** From Apache Kafka, clients/src/test/java/org/apache/kafka/common/utils/UtilsTest.java, testMurmur2. */
const vectors: Record<string, number> = {
  '21': -973932308,
  foobar: -790332482,
  'a-little-bit-long-string': -985981536,
  'a-little-bit-longer-string': -1486304829,
  lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
  abc: 479470107,
}

describe('partitioner', () => {
  for (const [key, hash] of Object.entries(vectors)) {
    test(`hashes '${key}' as Kafka's Java client does`, () => {
      assert.equal(murmur2(new TextEncoder().encode(key)), hash)
      assert.equal(partitionOf(key, 12), (hash & 0x7fffffff) % 12)
    })
  }

  test('hashes the UTF-8 bytes of keys beyond ASCII', () => {
    for (const key of ['é', 'acme/conversação', '日本語/1', '🙂🙂', 'aé', 'abé', 'abcé', '']) {
      const hash = murmur2(new TextEncoder().encode(key))
      assert.equal(partitionOf(key, 1009), (hash & 0x7fffffff) % 1009)
    }
  })
})
