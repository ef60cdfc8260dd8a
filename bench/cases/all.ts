import type { Case } from '../harness/case.ts'
import { acceptLatency } from './accept-latency.ts'
import { coldStart } from './cold-start.ts'
import { rest } from './rest.ts'

/** Every case, in the order of its targets. */
export const allCases: readonly Case[] = [rest, acceptLatency, coldStart]
