import { type Cluster, HubProcess } from './hub-process.ts'

/** Processes that are started again when they die; now and then one leaves as it should. */
export class Fleet {
  kills = 0
  cutOffs = 0
  /** How often a store that may forget began anew with nothing. */
  forgets = 0
  readonly #cluster: Cluster
  readonly #members = new Set<HubProcess>()
  readonly #forget: () => void
  #isCalm = false

  /** @param forget empties the store that may forget */
  constructor(cluster: Cluster, size: number, forget: () => void) {
    this.#cluster = cluster
    this.#forget = forget
    for (let nth = 0; nth < size; nth++) this.#launch()
    const { clock, chance } = cluster
    const roll = () => {
      if (this.#isCalm) return
      const [first] = this.#members
      if (first && chance.hit(0.5)) void this.#replace(first)
      const [any, ...others] = this.#members
      if (any && chance.hit(0.5)) {
        this.cutOffs++
        chance.pick([any, ...others]).cutOff()
      }
      // The power goes: all of them at once.
      if (chance.hit(0.1)) for (const each of [...this.#members]) each.kill()
      if (chance.hit(0.1)) {
        this.forgets++
        this.#forget()
      }
      clock.after(chance.between(3_000, 9_000), roll)
    }
    clock.after(chance.between(2_000, 6_000), roll)
  }

  calm(): void {
    this.#isCalm = true
  }

  #launch(): void {
    const { clock, chance } = this.#cluster
    const process: HubProcess = new HubProcess(this.#cluster, () => {
      this.kills++
      this.#members.delete(process)
      // After some kills the supervisor's machine is spared, or a seed would never end.
      if (this.kills > 6) this.#cluster.hostility.kill = 0
      clock.after(chance.between(20, 3_000), () => this.#launch())
    })
    this.#members.add(process)
    // A start that fails is a crash like any other.
    process.start().catch(() => process.kill())
  }

  async #replace(process: HubProcess): Promise<void> {
    this.#launch()
    this.#members.delete(process)
    // One that cannot leave properly is killed by its supervisor.
    await process.stop().catch(() => process.kill(false))
  }
}
