import type { SendTarget } from './send-request.ts'

/** Tenant, then channel and account, then address. */
type Shelf<Target> = Map<string, Map<string, Map<string, Target>>>

/**
 * What was worked out for the targets of late, found without putting a name together first. Holds at most
 * 2 x `half` of them in two generations: when the young one is full it becomes the old one, and what is asked
 * for there moves back. So what is asked for often stays, without a list to be kept in order at every look.
 */
export class RecentTargets<Target> {
  readonly #half: number
  #young: Shelf<Target> = new Map()
  #old: Shelf<Target> = new Map()
  #size = 0
  /** Where the last one stood: most of what is asked for at once is of one tenant and channel. */
  #tenant = ''
  #channel = ''
  #account: string | undefined = undefined
  #shelf: Map<string, Target> | undefined = undefined

  constructor(half: number) {
    this.#half = half
  }

  get(tenant: string, to: SendTarget): Target | undefined {
    const young = this.#shelfOf(tenant, to)?.get(to.address)
    if (young !== undefined) return young
    const old = this.#old.get(tenant)?.get(placeOf(to))?.get(to.address)
    if (old !== undefined) this.set(tenant, to, old)
    return old
  }

  /** Of a target that `get` did not know. */
  set(tenant: string, to: SendTarget, target: Target): void {
    if (this.#size >= this.#half) {
      this.#old = this.#young
      this.#young = new Map()
      this.#size = 0
    }
    this.#shelf = undefined
    within(within(this.#young, tenant), placeOf(to)).set(to.address, target)
    this.#size++
  }

  #shelfOf(tenant: string, to: SendTarget): Map<string, Target> | undefined {
    const { channel, account } = to
    const isLast =
      this.#shelf !== undefined &&
      tenant === this.#tenant &&
      channel === this.#channel &&
      account === this.#account
    if (isLast) return this.#shelf
    this.#tenant = tenant
    this.#channel = channel
    this.#account = account
    this.#shelf = this.#young.get(tenant)?.get(placeOf(to))
    return this.#shelf
  }
}

/** No name of a channel has a NUL in it. */
const placeOf = ({ channel, account }: SendTarget): string =>
  account === undefined ? channel : `${channel}\0${account}`

function within<Inner>(outer: Map<string, Map<string, Inner>>, name: string): Map<string, Inner> {
  const found = outer.get(name)
  if (found !== undefined) return found
  const made = new Map<string, Inner>()
  outer.set(name, made)
  return made
}
