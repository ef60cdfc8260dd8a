/** Floors and goals, agreed before the code was written. `lower` ones are costs. */
export const targets = {
  restSingle: { floor: 0.5, goal: 0.7, better: 'higher' },
  restBatch: { floor: 0.22, goal: 0.35, better: 'higher' },
  batchOverSingle: { floor: 5, goal: 8, better: 'higher' },
  grpcUnary: { floor: 0.45, goal: 0.55, better: 'higher' },
  grpcStream: { floor: 4, goal: 6, better: 'higher' },
  runtime: { floor: 2, goal: 1.3, better: 'lower' },
  logAcks: { floor: 0.7, goal: 1.5, better: 'higher' },
  logReplay: { floor: 0.5, goal: 0.8, better: 'higher' },
  statusRows: { floor: 0.75, goal: 0.85, better: 'higher' },
  latencyMs: { floor: 50, goal: 10, better: 'lower' },
  deliveredSingle: { floor: 8_000, goal: 15_000, better: 'higher' },
  deliveredBatch: { floor: 20_000, goal: 60_000, better: 'higher' },
  cpuSingleMicros: { floor: 150, goal: 110, better: 'lower' },
  cpuBatchMicros: { floor: 150, goal: 60, better: 'lower' },
  coldAcceptMs: { floor: 2_000, goal: 500, better: 'lower' },
  coldWholeMs: { floor: 5_000, goal: 3_000, better: 'lower' },
  /** On the servers of a cluster. */
  pureStage: { goal: 0.8, better: 'higher' },
  clusterLatencyMs: { floor: 200, goal: 50, better: 'lower' },
  historyMs: { goal: 50, better: 'lower' },
  coldRssMb: { floor: Number.POSITIVE_INFINITY, goal: 150, better: 'lower' },
} as const
