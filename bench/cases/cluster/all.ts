import type { ClusterCase } from '../../cluster/cluster-case.ts'
import { acceptLatency } from './accept-latency.ts'
import { historyQuery } from './history-query.ts'
import { hops } from './hops.ts'
import { produce } from './produce.ts'
import { statusRows } from './status-rows.ts'
import { wholeHub } from './whole-hub.ts'

/** Every case of the cluster profile. The one that fills the tables comes last, so that no other meets its rows. */
export const clusterCases: readonly ClusterCase[] = [
  produce,
  acceptLatency,
  hops,
  wholeHub,
  statusRows,
  historyQuery,
]
