import type { Listening } from '../../storage/ports/fan-out.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import type { ConversationHints, HintKind } from './conversation-hints.ts'
import type { Person } from './person.ts'

/** What somebody who watches a conversation hears of another. */
export interface Hint {
  readonly type: 'here' | 'away' | 'typing'
  readonly conversationId: string
  readonly participantId: string
}

export interface WatchTools {
  readonly hints: ConversationHints
  readonly clock: Pick<Clock, 'now'>
}

const most = 20
/** Membership is looked at again every so many beats: who was removed hears hints no longer than that. */
const lookEvery = 4

/**
 * The conversations that one socket or stream watches: who else is there, and who types. All of it hints. Who comes asks, and whoever watches answers; who is there says so again with every beat, so a hint that is lost is mended.
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
    const { hints } = this.#tools
    await hints.mustBeIn(this.#person, conversationId)
    if (this.#closed || this.#watched?.has(conversationId)) return
    const again = () => this.#publish(conversationId, 'asks')
    const told = (kind: string, from: string) => this.#hear(conversationId, kind, from)
    // Where something was missed, somebody may have come meanwhile.
    const listening = hints.listen(this.#person, conversationId, told, again)
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
    if (!this.#watched?.has(conversationId)) throw unwatched(conversationId)
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

  #hear(conversationId: string, kind: string, participantId: string): void {
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

  #publish(conversationId: string, kind: HintKind): void {
    this.#tools.hints.publish(this.#person, conversationId, kind)
  }

  async #lookAgain(conversationId: string): Promise<void> {
    // While the tables are away everybody stays.
    const isIn = await this.#tools.hints.isIn(this.#person, conversationId).catch(() => true)
    if (!isIn) this.unwatch(conversationId)
  }
}

const unwatched = (conversationId: string): Chat4AllError =>
  new Chat4AllError('C4A_NOT_FOUND', {
    what: `Conversation '${conversationId}' is not watched`,
    why: 'nothing was said to watch it, or this person is not in it',
    todo: "Watch it first; its id stands in the items that came of it, as 'conversationId'",
  })

const tooMany = (): Chat4AllError =>
  new Chat4AllError('C4A_UNPROCESSABLE', {
    what: 'Nothing more can be watched',
    why: `${most} conversations are watched by this connection`,
    todo: 'Unwatch one that is not on the screen',
  })
