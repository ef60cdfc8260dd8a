import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Pool } from 'undici'
import type { PlannedPhone } from './plan.ts'
import type { SimulatorTask } from './simulator-process.ts'

/** A line of the simulator's record, as far as the run looks at it. */
export interface PhoneLine {
  readonly seq: number
  readonly direction: 'to-phone' | 'from-phone'
  readonly channel: string
  readonly address: string
  readonly content: unknown
  readonly fault: string | null
  readonly status: string
}

/** All channels and accounts together. */
export interface SimulatorStats {
  /** Webhooks that the hub has not taken yet. */
  readonly pending: number
  /** Forged webhooks that it took for good. */
  readonly forgedAccepted: number
  /** How often each fault happened. */
  readonly faults: Readonly<Record<string, number>>
}

/** The simulated platforms as a process of their own, and their control API. */
export class SimulatorClient {
  readonly url: string
  readonly #process: ChildProcess
  readonly #pool: Pool

  private constructor(process: ChildProcess, url: string) {
    this.url = url
    this.#process = process
    this.#pool = new Pool(url, { connections: 8 })
  }

  static async start(task: SimulatorTask): Promise<SimulatorClient> {
    const program = fileURLToPath(new URL('./simulator-process.ts', import.meta.url))
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', program, JSON.stringify(task)],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    )
    const port = await new Promise<number>((resolve, reject) => {
      child.stdout?.once('data', (line: Buffer) => resolve(Number(line.toString())))
      child.once('exit', (code) => reject(new Error(`the simulator ended at once, code ${code}`)))
    })
    return new SimulatorClient(child, `http://127.0.0.1:${port}`)
  }

  /** All that reached a phone or was written on one after `seq`, oldest first. */
  async log(seq: number, limit = 20_000): Promise<readonly PhoneLine[]> {
    const text = await this.#call('GET', `/simulator/log?after=${seq}&limit=${limit}`)
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as PhoneLine)
  }

  async stats(): Promise<SimulatorStats> {
    const { webhooks, faults } = JSON.parse(await this.#call('GET', '/simulator/stats'))
    return {
      pending: sumOf(webhooks, 'pending'),
      forgedAccepted: sumOf(webhooks, 'forgedAccepted'),
      faults,
    }
  }

  async answer({ channel, address }: PlannedPhone, text: string): Promise<void> {
    await this.#call('POST', `/simulator/phones/${channel}/${address}/answer`, { text })
  }

  async leave({ channel, address }: PlannedPhone): Promise<void> {
    await this.#call('PUT', `/simulator/phones/${channel}/${address}`, { gone: true })
  }

  async close(): Promise<void> {
    await this.#pool.destroy()
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.stdin?.end()
    const late = setTimeout(() => this.#process.kill('SIGKILL'), 3000)
    await ended
    clearTimeout(late)
  }

  async #call(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<string> {
    const { statusCode, body: answer } = await this.#pool.request({
      method,
      path,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    if (statusCode >= 300) throw new Error(`the simulator answered ${statusCode}: ${text}`)
    return text
  }
}

/** Of all numbers of that name: some platforms count by account, some in one. */
function sumOf(value: unknown, name: string): number {
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce(
    (sum, [key, each]) => sum + (key === name ? Number(each) : sumOf(each, name)),
    0,
  )
}
