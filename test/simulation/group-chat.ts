import { conversationKey, participantKey } from '../../domain/keys.ts'
import type { Conversation, Member, Participant } from '../../schemas/types.ts'
import type { Cluster } from './hub-process.ts'

const tenant = 'default'

export interface Phone {
  readonly channel: string
  readonly address: string
}

type State = 'out' | 'coming' | 'in' | 'going' | 'gone'

/** Who must get something that was accepted, and who may: those who came or went meanwhile. */
export interface Audience {
  readonly phones: readonly Phone[]
  readonly maybe: readonly Phone[]
}

type Append = (
  topic: string,
  key: string,
  type: 'Conversation' | 'Member',
  value: unknown,
) => Promise<void>

/** A group of three whose last two are joined by a fourth, and left by the third, while everybody talks. */
export class GroupChat {
  readonly conversationId = 'g_1'
  readonly #cluster: Cluster
  readonly #append: Append
  readonly #states: Map<Phone, State>
  readonly #founders: readonly Phone[]

  constructor(phones: readonly [Phone, Phone, Phone, Phone], cluster: Cluster, append: Append) {
    this.#cluster = cluster
    this.#append = append
    const [first, second, third, fourth] = phones
    this.#founders = [first, second, third]
    this.#states = new Map<Phone, State>([
      [first, 'in'],
      [second, 'in'],
      [third, 'in'],
      [fourth, 'out'],
    ])
  }

  /** As POST /v1/conversations does it. */
  async announce(): Promise<void> {
    const createdAt = this.#cluster.clock.now()
    const conversation: Conversation = {
      tenant,
      conversationId: this.conversationId,
      kind: 'group',
      title: null,
      participants: this.#founders.map((phone) => this.#participant(phone)),
      createdAt,
      createdBy: 'key',
    }
    const key = conversationKey(tenant, this.conversationId)
    await this.#append('directory.conversations', key, 'Conversation', conversation)
    for (const phone of this.#founders) await this.#change(phone, createdAt, null)
  }

  /** As the API does it: answered when the tables show it. */
  async come(): Promise<void> {
    await this.#move(3, 'coming', 'in')
  }

  async leave(): Promise<void> {
    await this.#move(2, 'going', 'gone')
  }

  /** The one at the other end of a webhook, if they are heard here. */
  member(channel: string, address: string): Phone | undefined {
    for (const [phone, state] of this.#states) {
      const isIt = phone.channel === channel && phone.address === address
      if (isIt && state === 'in') return phone
    }
    return undefined
  }

  /** Those who never leave, and who came. */
  writers(): readonly Phone[] {
    const [, , third] = this.#founders
    return [...this.#states].flatMap(([phone, state]) =>
      state === 'in' && phone !== third ? phone : [],
    )
  }

  states(): ReadonlyMap<Phone, State> {
    return new Map(this.#states)
  }

  /** Of what was accepted some time between `before` and now. Who leaves may miss what was on its way to them. */
  audience(before: ReadonlyMap<Phone, State>, writer?: Phone): Audience {
    const [, , third] = this.#founders
    const phones: Phone[] = []
    const maybe: Phone[] = []
    for (const [phone, state] of this.#states) {
      if (phone === writer || state === 'out' || before.get(phone) === 'gone') continue
      if (phone !== third && before.get(phone) === 'in') phones.push(phone)
      else maybe.push(phone)
    }
    return { phones, maybe }
  }

  async #move(nth: number, meanwhile: State, then: State): Promise<void> {
    const phone = [...this.#states.keys()][nth]
    if (!phone) return
    this.#states.set(phone, meanwhile)
    const { clock } = this.#cluster
    // Clocks of gateways tell milliseconds, and within one nobody can say what came first: who comes in the one in which
    // something was accepted gets it. So they come in the next, and what is accepted from here on they may get.
    await clock.sleep(1)
    const now = clock.now()
    await this.#change(phone, now, then === 'gone' ? now : null)
    this.#states.set(phone, then)
  }

  async #change(phone: Phone, joinedAt: number, leftAt: number | null): Promise<void> {
    const { clock, stores } = this.#cluster
    const { displayName, ...participant } = this.#participant(phone)
    const member: Member = {
      ...participant,
      tenant,
      conversationId: this.conversationId,
      displayName,
      joinedAt,
      leftAt,
      changedBy: 'key',
    }
    const { participantId } = member
    const key = participantKey(tenant, this.conversationId, participantId)
    await this.#append('directory.members', key, 'Member', member)
    const ref = { tenant, participantId }
    const seat = leftAt === null ? this.conversationId : undefined
    while ((await stores.directory.seats([ref]))[0] !== seat) await clock.sleep(20)
  }

  #participant({ channel, address }: Phone): Participant {
    return {
      participantId: this.#cluster.ids.participant(tenant, channel, 'demo', address),
      channel,
      account: 'demo',
      address,
      displayName: null,
      joinedAt: null,
    }
  }
}
