import type { Fetch } from './fetch.ts'
import type { Command } from './server-process.ts'

/** What was laid down for a service when it was brought up; it stands in the state file. */
export interface Plan {
  readonly service: string
  /** Where each program or library of it is. */
  readonly programs: Readonly<Record<string, string>>
  /** By server, then by purpose. All on 127.0.0.1. */
  readonly ports: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Holds one folder for each server, named after it. */
  readonly folder: string
  /** False while it is being brought up, and for good when the command that did so was killed. */
  readonly isWhole: boolean
}

/** A kind of real server, one or several of it, from download to probe. */
export interface Service {
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
