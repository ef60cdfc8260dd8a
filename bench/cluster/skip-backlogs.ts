import { benchPipeline } from '../harness/bench-pipeline.ts'
import { nowhere } from '../servers/in-process.ts'
import { endsOf } from './backlog.ts'
import type { BenchServers } from './bench-servers.ts'
import { groupOf } from './hop-bench.ts'

/**
 * Sets the group of every stage to the ends of its topics. What a case measures hop by hop, and repeats, leaves records
 * on the hub's own topics, and whoever measures the whole hub after it would wait behind them.
 */
export async function skipBacklogs(servers: BenchServers): Promise<void> {
  const { stages } = benchPipeline('pipeline.yaml', nowhere, 'cluster')
  for (const { id, inputs } of Object.values(stages)) {
    const topics = Object.values(inputs).flatMap((edges) => edges.map(({ topic }) => topic))
    await servers.broker.setOffsets(groupOf(id), await endsOf(servers, topics))
  }
}
