import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { catalogue } from './catalogue.ts'
import type { Plan } from './plan.ts'
import { ServerProcess } from './processes/server-process.ts'
import type { RealService } from './real-service.ts'

const checkout = join(import.meta.dirname, '..', '..')

/**
 * Where the servers of one checkout live: `C4A_SERVICES_FOLDER`, or a folder in the temporary one that is
 * named after the checkout. `state.json` in it says what was laid down; all else is found from there.
 */
export class Site {
  readonly folder: string
  /** What can be brought up here. */
  readonly services: readonly RealService[]
  readonly #stateFile: string

  constructor(
    folder = process.env['C4A_SERVICES_FOLDER'] || defaultFolder(),
    services: readonly RealService[] = catalogue,
  ) {
    this.folder = resolve(folder)
    this.services = services
    this.#stateFile = join(this.folder, 'state.json')
  }

  /** What is brought up, or was and is not taken down. */
  plans(): readonly Plan[] {
    if (!existsSync(this.#stateFile)) return []
    return JSON.parse(readFileSync(this.#stateFile, 'utf8')).plans
  }

  planOf(service: string): Plan | undefined {
    return this.plans().find((plan) => plan.service === service)
  }

  /** The plan that has this server. */
  planWith(server: string): Plan {
    const plans = this.plans()
    const plan = plans.find(({ ports }) => server in ports)
    if (plan) return plan
    const known = plans.flatMap(({ ports }) => Object.keys(ports)).join(', ')
    throw new Error(`no server called ${server} is up: ${known || 'none is'}`)
  }

  service(plan: Plan): RealService {
    const service = this.services.find(({ name }) => name === plan.service)
    if (service) return service
    throw new Error(`${this.folder} has ${plan.service}, which this checkout does not know`)
  }

  process(plan: Plan, server: string): ServerProcess {
    return new ServerProcess(join(plan.folder, server))
  }

  /** Only whoever holds the lock may. */
  add(plan: Plan): void {
    const plans = this.plans()
    const isNew = plans.every(({ service }) => service !== plan.service)
    const others = plans.map((one) => (one.service === plan.service ? plan : one))
    this.#write(isNew ? [...plans, plan] : others)
  }

  /** Only whoever holds the lock may. */
  remove(service: string): void {
    this.#write(this.plans().filter((plan) => plan.service !== service))
  }

  /** Only whoever held the lock until now may. What is not ours is not removed, nor its folder. */
  removeIfEmpty(): void {
    if (this.plans().length > 0) return
    rmSync(this.#stateFile, { force: true })
    if (readdirSync(this.folder).length === 0) rmdirSync(this.folder)
  }

  /**
   * Makes the folder, and sees that it is ours: its name can be guessed while others write to the one above,
   * and who sets it to a folder of other things would lose them to `down`.
   */
  make(): void {
    // Others pass through: a server may run as another user.
    mkdirSync(this.folder, { recursive: true, mode: 0o711 })
    const { uid } = lstatSync(this.folder)
    if (process.getuid && uid !== process.getuid()) {
      throw new Error(
        `${this.folder} belongs to somebody else: set C4A_SERVICES_FOLDER to a folder of yours`,
      )
    }
    if (existsSync(this.#stateFile)) return
    const others = readdirSync(this.folder)
    if (others.length > 0) {
      throw new Error(
        `${this.folder} has ${others[0]} in it: set C4A_SERVICES_FOLDER to an empty folder, or to none`,
      )
    }
    this.#write([])
  }

  #write(plans: readonly Plan[]): void {
    // In one step: a command that reads meanwhile finds the old or the new.
    writeFileSync(`${this.#stateFile}.new`, JSON.stringify({ plans }, null, 2), { mode: 0o600 })
    renameSync(`${this.#stateFile}.new`, this.#stateFile)
  }
}

function defaultFolder(): string {
  const name = createHash('sha256').update(checkout).digest('hex').slice(0, 12)
  return join(tmpdir(), `chat4all-services-${name}`)
}
