import type { Case } from '../harness/case.ts'
import { acceptLatency } from './accept-latency.ts'
import { coldStart } from './cold-start.ts'
import { durableLog } from './durable-log.ts'
import { feed } from './feed.ts'
import { grpc } from './grpc.ts'
import { rest } from './rest.ts'
import { runtime } from './runtime.ts'
import { sockets } from './sockets.ts'
import { statusProjection } from './status-projection.ts'
import { wholeHub } from './whole-hub.ts'

/** Every case, in the order of its targets. */
export const allCases: readonly Case[] = [
  rest,
  grpc,
  runtime,
  durableLog,
  statusProjection,
  acceptLatency,
  wholeHub,
  coldStart,
  sockets,
  feed,
]
