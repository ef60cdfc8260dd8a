/** An address on a channel; `account` where it is said. */
interface Place {
  readonly channel: string
  readonly address: string
  readonly account?: string
}

/** Tenant, then channel and account, then address. */
type Shelf<Value> = Map<string, Map<string, Map<string, Value>>>

/**
 * What was worked out for the addresses of late, found without putting a name together first. Holds at most
 * 2 x `half` of them in two generations: when the young one is full it becomes the old one, and what is asked
 * for there moves back. So what is asked for often stays, without a list to be kept in order at every look.
 */
export class RecentAddresses<Value> {
  readonly #half: number
  #young: Shelf<Value> = new Map()
  #old: Shelf<Value> = new Map()
  #size = 0
  /** Where the last one stood: most of what is asked for at once is of one tenant and channel. */
  #tenant = ''
  #channel = ''
  #account: string | undefined = undefined
  #shelf: Map<string, Value> | undefined = undefined

  constructor(half: number) {
    this.#half = half
  }

  get(tenant: string, at: Place): Value | undefined {
    const young = this.#shelfOf(tenant, at)?.get(at.address)
    if (young !== undefined) return young
    const old = this.#old.get(tenant)?.get(placeOf(at))?.get(at.address)
    if (old !== undefined) this.set(tenant, at, old)
    return old
  }

  /** Of one that `get` did not know. */
  set(tenant: string, at: Place, value: Value): void {
    if (this.#size >= this.#half) {
      this.#old = this.#young
      this.#young = new Map()
      this.#size = 0
    }
    this.#shelf = undefined
    within(within(this.#young, tenant), placeOf(at)).set(at.address, value)
    this.#size++
  }

  #shelfOf(tenant: string, at: Place): Map<string, Value> | undefined {
    const { channel, account } = at
    const isLast =
      this.#shelf !== undefined &&
      tenant === this.#tenant &&
      channel === this.#channel &&
      account === this.#account
    if (isLast) return this.#shelf
    this.#tenant = tenant
    this.#channel = channel
    this.#account = account
    this.#shelf = this.#young.get(tenant)?.get(placeOf(at))
    return this.#shelf
  }
}

/** No name of a channel has a NUL in it. */
const placeOf = ({ channel, account }: Place): string =>
  account === undefined ? channel : `${channel}\0${account}`

function within<Inner>(outer: Map<string, Map<string, Inner>>, name: string): Map<string, Inner> {
  const found = outer.get(name)
  if (found !== undefined) return found
  const made = new Map<string, Inner>()
  outer.set(name, made)
  return made
}
