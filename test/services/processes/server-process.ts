import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type ProcessFacts, processTable } from './process-table.ts'
import { sendSignal } from './send-signal.ts'

/** What runs a server in the foreground. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Another user than ours: PostgreSQL refuses to run as root. */
  readonly as?: { readonly uid: number; readonly gid: number }
}

export type ProcessState = 'running' | 'paused' | 'gone'

interface Recorded {
  readonly pid: number
  readonly startedAt: string
}

/**
 * The process of one server. It outlives the command that started it, so the next command knows it by what
 * stands in the server's folder: its number and when it began, lest another process be taken for it.
 */
export class ServerProcess {
  readonly logFile: string
  readonly #folder: string
  readonly #recordFile: string

  constructor(folder: string) {
    this.#folder = folder
    this.#recordFile = join(folder, 'process.json')
    this.logFile = join(folder, 'log')
  }

  /** Adds to the log of its earlier lives. */
  async start({ program, args, environment = {}, as = undefined }: Command): Promise<void> {
    const log = openSync(this.logFile, 'a')
    const child = spawn(program, args, {
      cwd: this.#folder,
      env: { ...process.env, ...environment },
      // In a session of its own: a Ctrl-C at the terminal is for the command, not for the servers.
      detached: true,
      stdio: ['ignore', log, log],
      ...as,
    })
    closeSync(log)
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('spawn', resolve)
    })
    const { pid } = child
    child.unref()
    const facts = pid === undefined ? undefined : processTable().get(pid)
    // Without them it ended at once, and its log says why.
    if (pid !== undefined && facts) {
      const recorded: Recorded = { pid, startedAt: facts.startedAt }
      writeFileSync(this.#recordFile, JSON.stringify(recorded))
    }
  }

  get pid(): number | undefined {
    return this.state === 'gone' ? undefined : this.#recorded()?.pid
  }

  get state(): ProcessState {
    const facts = this.#facts(processTable())
    if (!facts) return 'gone'
    return facts.paused ? 'paused' : 'running'
  }

  /** With all that it started: resolves when none of them runs. */
  pause(): Promise<void> {
    return this.#setPaused(true)
  }

  resume(): Promise<void> {
    return this.#setPaused(false)
  }

  /** Resolves when it and all that it started are gone: by this signal, or killed after the bound. */
  async end(signal: NodeJS.Signals, boundMs = 20_000): Promise<void> {
    let left = this.#family()
    const [main] = left
    if (!main) return
    if (signal !== 'SIGKILL') {
      // It tells its children itself, once it runs again.
      sendSignal(main.pid, signal)
      for (const { pid } of left) sendSignal(pid, 'SIGCONT')
    }
    const killAtMs = signal === 'SIGKILL' ? 0 : Date.now() + boundMs
    let killed = false
    while (left.length > 0) {
      if (!killed && Date.now() > killAtMs) {
        killed = true
        for (const { pid } of left) sendSignal(pid, 'SIGKILL')
      }
      await wait(20)
      const table = processTable()
      left = left.filter(({ pid, startedAt }) => table.get(pid)?.startedAt === startedAt)
    }
  }

  async #setPaused(paused: boolean): Promise<void> {
    for (;;) {
      // Anew each time: it may have started another meanwhile.
      const left = this.#family().filter((one) => one.paused !== paused)
      if (left.length === 0) return
      for (const { pid } of left) sendSignal(pid, paused ? 'SIGSTOP' : 'SIGCONT')
      await wait(10)
    }
  }

  /** Itself first, then its children and theirs. */
  #family(): (ProcessFacts & { readonly pid: number })[] {
    const table = processTable()
    const recorded = this.#recorded()
    const facts = this.#facts(table)
    if (!recorded || !facts) return []
    const family = [{ pid: recorded.pid, ...facts }]
    // Grows while it is walked.
    for (const parent of family) {
      for (const [pid, child] of table) {
        if (child.parent === parent.pid) family.push({ pid, ...child })
      }
    }
    return family
  }

  #facts(table: Map<number, ProcessFacts>): ProcessFacts | undefined {
    const recorded = this.#recorded()
    const facts = recorded && table.get(recorded.pid)
    return facts?.startedAt === recorded?.startedAt ? facts : undefined
  }

  #recorded(): Recorded | undefined {
    if (!existsSync(this.#recordFile)) return undefined
    return JSON.parse(readFileSync(this.#recordFile, 'utf8'))
  }
}
