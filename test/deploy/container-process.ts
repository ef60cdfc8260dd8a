import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { unprivileged } from '../services/programs/unprivileged.ts'
import { execForm, layImage } from './image-folder.ts'

interface ContainerOptions {
  /** Where the image's files are, or shall be laid. */
  readonly folder: string
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Its C4A_HTTP_PORT. */
  readonly port: number
}

/**
 * What a container of the image would run, without one: the image's entry point, from a folder with the image's files,
 * as a user who is not root, with an environment of its own.
 */
export class ContainerProcess {
  readonly #process: ChildProcess
  readonly #environment: Readonly<Record<string, string>>
  readonly #here: (argument: string) => string
  readonly #ended: Promise<number | null>
  #said = ''

  constructor({ folder, command, environment, port }: ContainerOptions) {
    const app = join(folder, 'app')
    if (!existsSync(app)) layImage(app)
    this.#here = (argument) => argument.replace(/^\/app\b/, app)
    this.#environment = { PATH: '/nonexistent', ...environment, C4A_HTTP_PORT: String(port) }
    const [program = '', ...args] = execForm('ENTRYPOINT').map(this.#here)
    const options = { cwd: app, env: this.#environment, ...unprivileged() }
    const child = spawn(program, [...args, ...command], options)
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes) => {
        this.#said += bytes
      })
    this.#process = child
    this.#ended = new Promise((end) => child.once('exit', (code) => end(code)))
  }

  /** How it ended. */
  get ended(): Promise<number | null> {
    return this.#ended
  }

  /** All that it has printed. */
  get said(): string {
    return this.#said
  }

  /** Runs the image's health check once; 0 is healthy. */
  health(): Promise<number | null> {
    const [program = '', ...args] = execForm('HEALTHCHECK').map(this.#here)
    const check = spawn(program, args, { env: this.#environment })
    return new Promise((end) => check.once('exit', (code) => end(code)))
  }

  /** Until it is healthy; throws what it said when it ends before. */
  async healthy(): Promise<void> {
    let ended = false
    void this.#ended.then(() => {
      ended = true
    })
    // The check is a Node of its own: many that ask often would leave no time to those who are asked.
    while (!(await this.#answers())) {
      if (ended) throw new Error(`it ended with ${await this.#ended}:\n${this.#said}`)
      await sleep(200)
    }
    // As often as the image says, before it counts as unhealthy.
    for (let tries = 0; tries < 3; tries++) if ((await this.health()) === 0) return
    throw new Error(`it lives, and its health check does not say so:\n${this.#said}`)
  }

  async #answers(): Promise<boolean> {
    try {
      const { ok } = await fetch(`http://127.0.0.1:${this.#environment['C4A_HTTP_PORT']}/live`)
      return ok
    } catch {
      return false
    }
  }

  stop(): Promise<number | null> {
    this.#process.kill('SIGTERM')
    return this.#ended
  }

  async destroy(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#ended
  }
}
