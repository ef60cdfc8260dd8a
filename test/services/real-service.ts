import type { Plan } from './plan.ts'
import type { Command } from './processes/server-process.ts'
import type { Fetch } from './programs/cached.ts'

/** A kind of real server, one or several of it, from download to probe. */
export interface RealService {
  readonly name: string
  /** For people: "three Apache Kafka 4.3.1 brokers". */
  readonly title: string
  /** Its servers, and what each of them listens for. */
  readonly servers: Readonly<Record<string, readonly string[]>>
  /** How a server is asked to end in good order. */
  readonly stopSignal: NodeJS.Signals
  /** How `down` ends it: its data is thrown away, but nothing may stay outside its folder. */
  readonly abandonSignal: NodeJS.Signals
  /** Finds its programs or downloads them; throws `Missing` where this machine can have none. */
  install(fetch: Fetch): Promise<Plan['programs']>
  /** Makes the data of all its servers, before any of them runs. */
  create(plan: Plan, signal: AbortSignal): Promise<void>
  /** Puts a server's data in order before it starts again. */
  beforeStart?(plan: Plan, server: string, signal: AbortSignal): Promise<void>
  command(plan: Plan, server: string): Command
  /** Asks a server for its real work and answers what it says of itself; throws where it does not serve. */
  probe(plan: Plan, server: string, signal: AbortSignal): Promise<string>
  /** Once, when all its servers answer. */
  furnish?(plan: Plan, signal: AbortSignal): Promise<void>
  /** Gives back what a killed server of it left outside its folder. */
  sweep?(plan: Plan, server: string): Promise<void>
  /** By which tests find it. */
  environment(plan: Plan): Readonly<Record<string, string>>
}
