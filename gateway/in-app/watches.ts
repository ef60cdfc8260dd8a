import type { Directory } from '../../storage/ports/directory.ts'
import type { FanOut, Listening } from '../../storage/ports/fan-out.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import type { Person } from './person.ts'

/** What somebody who watches a conversation hears of another. */
export interface Hint {
  readonly type: 'here' | 'away' | 'typing'
  readonly conversationId: string
  readonly participantId: string
}

export interface WatchTools {
  readonly fanOut: FanOut
  readonly directory: Pick<Directory, 'conversations'>
  readonly clock: Pick<Clock, 'now'>
}

const most = 20
/** Membership is looked at again every so many beats: who was removed hears hints no longer than that. */
const lookEvery = 4

/**
 * The conversations that one socket watches: who else is there, and who types. All of it hints, over the fan-out and in no
 * log. Who comes asks, and whoever watches answers; who is there says so again with every beat, so a hint that is lost is mended.
 */
export class Watches {
  readonly #person: Person
  readonly #tools: WatchTools
  readonly #tell: (hint: Hint) => void
  /** By conversation; made when the first is watched, since most sockets watch none. */
  #watched: Map<string, Listening> | undefined
  #beats = 0
  #typedAtMs = Number.NEGATIVE_INFINITY
  #closed = false

  constructor(person: Person, tools: WatchTools, tell: (hint: Hint) => void) {
    this.#person = person
    this.#tools = tools
    this.#tell = tell
  }

  /** Throws C4A_NOT_FOUND for a conversation that the person is not in, and C4A_UNPROCESSABLE beyond 20. */
  async watch(conversationId: string): Promise<void> {
    if (this.#watched?.has(conversationId)) return
    if ((this.#watched?.size ?? 0) >= most) throw tooMany()
    if (!(await this.#isMember(conversationId))) throw unknown(conversationId)
    if (this.#closed || this.#watched?.has(conversationId)) return
    const again = () => this.#publish(conversationId, 'asks')
    const listening = this.#tools.fanOut.listen(this.#key(conversationId), {
      told: (bytes) => this.#hear(conversationId, bytes),
      // Somebody may have come meanwhile.
      missed: again,
    })
    this.#watched ??= new Map()
    this.#watched.set(conversationId, listening)
    await listening.ready
    if (this.#watched.get(conversationId) === listening) again()
  }

  unwatch(conversationId: string): void {
    const listening = this.#watched?.get(conversationId)
    if (!listening) return
    listening.leave()
    this.#watched?.delete(conversationId)
    this.#publish(conversationId, 'away')
  }

  /** Throws C4A_NOT_FOUND for a conversation that is not watched. */
  typing(conversationId: string): void {
    if (!this.#watched?.has(conversationId)) throw unknown(conversationId)
    const now = this.#tools.clock.now()
    // Nobody types anew within a second.
    if (now - this.#typedAtMs < 1_000) return
    this.#typedAtMs = now
    this.#publish(conversationId, 'typing')
  }

  beat(): void {
    if (!this.#watched) return
    this.#beats++
    for (const conversationId of this.#watched.keys()) {
      this.#publish(conversationId, 'here')
      if (this.#beats % lookEvery === 0) void this.#lookAgain(conversationId)
    }
  }

  close(): void {
    this.#closed = true
    for (const conversationId of [...(this.#watched?.keys() ?? [])]) this.unwatch(conversationId)
  }

  #hear(conversationId: string, bytes: Uint8Array): void {
    const [kind = '', participantId = ''] = Buffer.from(bytes).toString().split(' ')
    // Another socket of this person left, and they are here all the same; or came, and hears nothing of itself.
    if (participantId === this.#person.participantId) {
      if (kind === 'away') this.#publish(conversationId, 'here')
      return
    }
    if (kind === 'asks') this.#publish(conversationId, 'here')
    const type = kind === 'asks' ? 'here' : kind
    if (type === 'here' || type === 'away' || type === 'typing') {
      this.#tell({ type, conversationId, participantId })
    }
  }

  #publish(conversationId: string, kind: Hint['type'] | 'asks'): void {
    const bytes = Buffer.from(`${kind} ${this.#person.participantId}`)
    this.#tools.fanOut.publish(this.#key(conversationId), bytes)
  }

  async #lookAgain(conversationId: string): Promise<void> {
    // While the tables are away everybody stays.
    const isMember = await this.#isMember(conversationId).catch(() => true)
    if (!isMember) this.unwatch(conversationId)
  }

  async #isMember(conversationId: string): Promise<boolean> {
    const { tenant, participantId } = this.#person
    const [found] = await this.#tools.directory.conversations([{ tenant, conversationId }])
    return found?.participants.some((each) => each.participantId === participantId) ?? false
  }

  #key(conversationId: string): string {
    return `in-app/${this.#person.tenant}/${conversationId}`
  }
}

/** The same whether it is not there or not theirs: it must not tell which conversations exist. */
const unknown = (conversationId: string): Chat4AllError =>
  new Chat4AllError('C4A_NOT_FOUND', {
    what: `There is no conversation '${conversationId}' to watch`,
    why: 'it is not known, this person is not in it, or it is not watched',
    todo: "Take it from an item's 'conversationId', and watch it first",
  })

const tooMany = (): Chat4AllError =>
  new Chat4AllError('C4A_UNPROCESSABLE', {
    what: 'Nothing more can be watched',
    why: `this socket watches ${most} conversations`,
    todo: 'Unwatch one that is not on the screen',
  })
