import { splitBatches } from '../../../topology/adapters/kafka/records/batch-reader.ts'
import type { BatchRecords } from '../../../topology/adapters/kafka/records/batch-records.ts'
import { writeBatch } from '../../../topology/adapters/kafka/records/batch-writer.ts'
import { codecs } from '../../../topology/adapters/kafka/records/codecs.ts'

const stamp = { producerId: 77n, producerEpoch: 2, sequence: 0 }

/** `count` records from an offset on, as they are fetched of partition 3. */
export function fetched(baseOffset: number, count: number): readonly BatchRecords[] {
  const records = Array.from({ length: count }, (_, n) => ({
    topic: 't',
    key: `key ${baseOffset + n}`,
    value: null,
    headers: { n: String(baseOffset + n) },
  }))
  const bytes = writeBatch(records, 1_764_000_000_000, codecs.none, stamp)
  bytes.writeBigInt64BE(BigInt(baseOffset), 0)
  return splitBatches(bytes, { topic: 't', partition: 3 }, 0).batches
}
