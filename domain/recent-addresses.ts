import { DigitMap } from './digit-map.ts'

/** An address on a channel; `account` where it is said. */
interface Place {
  readonly channel: string
  readonly address: string
  readonly account?: string
}

/** By address. */
class Shelf<Value> {
  readonly #numbers = new DigitMap<Value>()
  readonly #others = new Map<string, Value>()

  get(address: string): Value | undefined {
    return this.#numbers.get(address) ?? this.#others.get(address)
  }

  set(address: string, value: Value): void {
    if (!this.#numbers.set(address, value)) this.#others.set(address, value)
  }
}

/** Tenant, then channel and account. */
type Shelves<Value> = Map<string, Map<string, Shelf<Value>>>

/**
 * What was worked out for the addresses of late, found without putting a name together first. Holds at most
 * 2 x `half` of them in two generations: when the young one is full it becomes the old one, and what is asked
 * for there moves back. So what is asked for often stays, without a list to be kept in order at every look.
 */
export class RecentAddresses<Value> {
  readonly #half: number
  #young: Shelves<Value> = new Map()
  #old: Shelves<Value> = new Map()
  #size = 0
  /** Where the last one stood: most of what is asked for at once is of one tenant and channel. */
  #tenant = ''
  #channel = ''
  #account: string | undefined = undefined
  #shelf: Shelf<Value> | undefined = undefined

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
    shelfIn(this.#young, tenant, placeOf(at)).set(at.address, value)
    this.#size++
  }

  #shelfOf(tenant: string, at: Place): Shelf<Value> | undefined {
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

function shelfIn<Value>(shelves: Shelves<Value>, tenant: string, place: string): Shelf<Value> {
  const ofTenant = shelves.get(tenant) ?? new Map<string, Shelf<Value>>()
  shelves.set(tenant, ofTenant)
  const found = ofTenant.get(place)
  if (found !== undefined) return found
  const made = new Shelf<Value>()
  ofTenant.set(place, made)
  return made
}
