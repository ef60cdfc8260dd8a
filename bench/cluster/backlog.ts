import type { Position } from '../../topology/contract/record.ts'
import type { BenchServers } from './bench-servers.ts'

/** Records of some topics, partition by partition: what a group is to read. */
export interface Backlog {
  readonly from: readonly Position[]
  readonly to: readonly Position[]
}

/** Where the next record of each partition of these topics will be. */
export async function endsOf(
  { broker }: Pick<BenchServers, 'broker'>,
  topics: readonly string[],
): Promise<readonly Position[]> {
  const all = await Promise.all(topics.map((topic) => broker.ends(topic)))
  return all.flat().map(({ topic, partition, next }) => ({ topic, partition, offset: next }))
}

export function recordsOf({ from, to }: Backlog): number {
  const starts = new Map(from.map((each) => [placeOf(each), each.offset]))
  return to.reduce((sum, each) => sum + each.offset - (starts.get(placeOf(each)) ?? 0), 0)
}

/** How many records of a backlog a group has committed. */
export async function doneOf(
  { broker }: Pick<BenchServers, 'broker'>,
  group: string,
  { from, to }: Backlog,
): Promise<number> {
  const committed = await broker.committed(group)
  const offsets = new Map(committed.map((each) => [placeOf(each), each.offset]))
  const ends = new Map(to.map((each) => [placeOf(each), each.offset]))
  const reached = from.map((each) => {
    const place = placeOf(each)
    const offset = Math.min(offsets.get(place) ?? 0, ends.get(place) ?? 0)
    return { ...each, offset: Math.max(offset, each.offset) }
  })
  return recordsOf({ from, to: reached })
}

const placeOf = ({ topic, partition }: Position): string => `${topic}/${partition}`
