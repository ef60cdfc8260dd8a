import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface HubOptions {
  readonly environment: Readonly<Record<string, string>>
  /** What the hub writes to standard error, all lives one after another. */
  readonly logFile: string
  /** The command; `start` unless another is given. */
  readonly command?: readonly string[]
}

const program = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * The hub under test: one process at a time but while it is replaced, started without the launcher, so that SIGKILL hits the hub itself.
 */
export class HubProcess {
  /** How long each start took until it said that it is ready, milliseconds. */
  readonly startsMs: number[] = []
  /** Ends that nobody asked for. */
  readonly crashes: string[] = []
  readonly #options: HubOptions
  #child: ChildProcess | undefined
  #ready: Promise<void> = Promise.resolve()
  #expected = false

  constructor(options: HubOptions) {
    this.#options = options
  }

  /** Resolves when the process is there; `ready` when it serves. */
  start(): void {
    const { environment, logFile, command = ['start'] } = this.#options
    const startedAt = performance.now()
    const log = openSync(logFile, 'a')
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', program, ...command],
      { cwd: root, env: { ...plainEnvironment(), ...environment }, stdio: ['ignore', 'pipe', log] },
    )
    closeSync(log)
    this.#child = child
    this.#expected = false
    this.#ready = new Promise((resolve) => {
      child.stdout?.on('data', (text: Buffer) => {
        if (!text.includes('Chat4All is ready')) return
        this.startsMs.push(performance.now() - startedAt)
        resolve()
      })
      // Whoever waits for a process that is gone waits for the next one.
      child.once('exit', () => resolve())
    })
    child.once('exit', (code, signal) => {
      if (this.#expected || this.#child !== child) return
      const what = command.length === 1 ? 'the hub' : command.join(' ')
      const words = readFileSync(logFile, 'utf8').slice(-1_000)
      this.crashes.push(
        `${what} ended by itself with ${signal ?? `code ${code}`}; its last words: ${words}`,
      )
      // Once more, so that the rest of the run still tells something; a hub that cannot start ends the run.
      if (this.crashes.length < 5) this.start()
    })
  }

  get ready(): Promise<void> {
    return this.#ready
  }

  get isRunning(): boolean {
    return this.#child !== undefined && isAlive(this.#child)
  }

  /** SIGKILL: resolves when the process is gone. */
  async kill(): Promise<void> {
    this.#expected = true
    await ended(this.#child, 'SIGKILL')
  }

  /** As an operator stops it; resolves with its exit code, null when a signal ended it (after `boundMs` it is killed). */
  stop(boundMs: number): Promise<number | null> {
    this.#expected = true
    return stopped(this.#child, boundMs)
  }

  /** Another one starts beside it, and when that one serves this one is stopped; resolves as `stop` does. */
  async replace(boundMs: number): Promise<number | null> {
    const former = this.#child
    this.start()
    await this.ready
    return stopped(former, boundMs)
  }
}

async function stopped(child: ChildProcess | undefined, boundMs: number): Promise<number | null> {
  const late = setTimeout(() => child?.kill('SIGKILL'), boundMs)
  await ended(child, 'SIGTERM')
  clearTimeout(late)
  return child?.exitCode ?? null
}

async function ended(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child || !isAlive(child)) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await gone
}

const isAlive = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null

/** The settings of whoever starts the run must not reach the hub under test. */
const plainEnvironment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('C4A_')))
