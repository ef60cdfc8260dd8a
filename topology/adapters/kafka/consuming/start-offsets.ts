import type { Position, TopicPartition } from '../../../contract/record.ts'
import { earliest, listOffsets, next } from '../reading/list-offsets.ts'
import type { Connection } from '../wire/connection.ts'
import type { GroupSession } from './group-session.ts'

/**
 * Where the reading of these partitions begins: at the committed offset, moved to what the log still has; or at the
 * beginning or end where there is none. An end is committed at once: a rebalance before the member's first commit
 * would otherwise find a later end, and skip what came in between.
 */
export async function startOffsets(
  connection: Connection,
  session: GroupSession,
  from: 'earliest' | 'latest',
  partitions: readonly TopicPartition[],
): Promise<readonly Position[]> {
  const [committed, firsts, nexts] = await Promise.all([
    session.committed(partitions),
    listOffsets(connection, partitions, earliest),
    listOffsets(connection, partitions, next),
  ])
  const of = (positions: readonly Position[], at: TopicPartition) =>
    positions.find(({ topic, partition }) => topic === at.topic && partition === at.partition)
      ?.offset
  const starts = partitions.map(({ topic, partition }) => {
    const at = { topic, partition }
    const first = of(firsts, at) ?? 0
    const end = of(nexts, at) ?? first
    const known = of(committed, at)
    const offset = known ?? (from === 'earliest' ? first : end)
    return { topic, partition, offset: Math.min(Math.max(offset, first), end) }
  })
  const met = starts.filter((at) => from === 'latest' && of(committed, at) === undefined)
  if (met.length > 0) await session.commit(met, () => {})
  return starts
}
