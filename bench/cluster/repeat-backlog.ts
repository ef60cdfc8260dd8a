import type { NewRecord, StoredRecord } from '../../topology/contract/record.ts'
import type { Backlog } from './backlog.ts'
import type { BenchServers } from './bench-servers.ts'

const most = 2_000

/**
 * Appends the records of a backlog again, so many times: for a stage that only decides they are as good as new ones, and
 * what comes one by one through webhooks would be long in coming.
 */
export async function repeatBacklog(
  { broker }: Pick<BenchServers, 'broker'>,
  { from, to }: Backlog,
  times: number,
): Promise<void> {
  for (const [nth, { topic, partition, offset: start }] of from.entries()) {
    const end = to[nth]?.offset ?? start
    const records: StoredRecord[] = []
    for (let offset = start; offset < end; ) {
      const options = { maxRecords: most, maxWaitMs: 1_000 }
      const read = await broker.read({ topic, partition, offset }, options)
      if (read.length === 0) throw new Error(`${topic}/${partition} has no more at ${offset}`)
      records.push(...read.filter((record) => record.offset < end))
      offset = (read.at(-1)?.offset ?? offset) + 1
    }
    for (let time = 0; time < times; time++) {
      for (let at = 0; at < records.length; at += most) {
        await broker.append(records.slice(at, at + most).map(asNew))
      }
    }
  }
}

const asNew = ({ topic, partition, key, value, headers }: StoredRecord): NewRecord => {
  return { topic, partition, key, value, headers }
}
