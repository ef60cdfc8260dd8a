import type { StoredRecord } from '../../topology/contract/record.ts'
import type { BenchServers } from './bench-servers.ts'

const sampled = 200

/** Bytes of a record of this topic, key, value and headers: the mean of its newest. NaN where it has none. */
export async function recordBytes({ broker }: BenchServers, topic: string): Promise<number> {
  const ends = await broker.ends(topic)
  const fullest = ends.toSorted((a, b) => b.next - b.earliest - (a.next - a.earliest))[0]
  if (!fullest) return Number.NaN
  const { partition, earliest, next } = fullest
  const from = { topic, partition, offset: Math.max(earliest, next - sampled) }
  const records = await broker.read(from, { maxRecords: sampled, maxWaitMs: 1_000 })
  return records.reduce((sum, record) => sum + bytesOf(record), 0) / records.length
}

function bytesOf({ key, value, headers }: StoredRecord): number {
  const texts = [key, ...Object.entries(headers).flat()]
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), value?.length ?? 0)
}
