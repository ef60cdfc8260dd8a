import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../random.ts'
import type { PlannedConversation } from './plan.ts'
import type { Item, ItemAnswer, Sender } from './sender.ts'

export interface LoadOptions {
  readonly conversations: readonly PlannedConversation[]
  /** Conversations that were created before the load, by index. */
  readonly created: ReadonlyMap<number, string>
  /** Each request goes one of these ways; one named twice goes twice as often. */
  readonly senders: readonly Sender[]
  readonly workers: number
  readonly random: Random
  /** While true, no further request is made: the phones are too far behind. */
  readonly isAhead: () => boolean
  /** Times by `performance.now()`. */
  readonly onAccepted: (items: readonly Item[], askedAtMs: number) => void
}

interface Line {
  readonly conversation: PlannedConversation
  next: number
  /** Up to here (exclusive) messages were asked for: those from `next` on have no answer yet. */
  asked: number
  conversationId: string | null
}

/**
 * Keeps the promise that a careful client keeps: in each conversation the next message goes out only after the
 * one before was accepted, and what was not answered is repeated under the same messageId, perhaps another way: all of
 * it before anything new, or what was half of a batch would wait until its conversation is drawn once more.
 */
export class LoadClient {
  /** By index of the conversation, as the hub's answers named it. */
  readonly conversationIds = new Map<number, string>()
  readonly acceptedBy: Record<string, number> = {}
  /** Requests that had to be made again, by cause. */
  readonly repeated: Record<string, number> = {}
  /** Answers that no request of ours deserves. Their messages are given up. */
  readonly refusals: string[] = []
  accepted = 0
  readonly #options: LoadOptions
  readonly #idle: Line[]
  /** Those whose message is to be repeated: it goes before any other, as a client's own retry would. */
  readonly #unanswered: Line[] = []
  #open: number

  constructor(options: LoadOptions) {
    this.#options = options
    this.#idle = options.conversations
      .filter(({ messages }) => messages.length > 0)
      .map((conversation) => ({
        conversation,
        next: 0,
        asked: 0,
        conversationId: options.created.get(conversation.index) ?? null,
      }))
    this.#open = this.#idle.length
  }

  /** Resolves when every message was accepted, or `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.workers }, () => this.#work(signal)))
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { senders, random, isAhead, onAccepted } = this.#options
    while (this.#open > 0 && !signal.aborted) {
      if ((this.#idle.length === 0 && this.#unanswered.length === 0) || isAhead()) {
        await sleep(5)
        continue
      }
      const sender = senders[random.below(senders.length)]
      if (!sender) throw new RangeError('there is no way into the hub')
      const { lines, items } = this.#take(sender.most)
      const askedAtMs = performance.now()
      const answers = await sender.send(items)
      const taken = items.filter((_, index) => answers[index]?.kind === 'accepted')
      if (taken.length > 0) onAccepted(taken, askedAtMs)
      this.accepted += taken.length
      this.acceptedBy[sender.name] = (this.acceptedBy[sender.name] ?? 0) + taken.length
      let at = 0
      for (const { line, count } of lines) {
        this.#settle(line, answers.slice(at, at + count), sender.name)
        at += count
      }
      const why = answers.find(({ kind }) => kind === 'again')
      if (why?.kind !== 'again') continue
      this.repeated[why.why] = (this.repeated[why.why] ?? 0) + 1
      // A hub that is away is asked again soon, but not so fast that it cannot get up.
      await sleep(100 + random.below(200))
    }
  }

  /** Some conversations that nobody else is writing in, with up to three messages each. */
  #take(most: number) {
    const { random } = this.#options
    const lines: { readonly line: Line; readonly count: number }[] = []
    const items: Item[] = []
    for (;;) {
      const line = items.length < most ? this.#next() : undefined
      if (!line) break
      const { conversation, next, asked, conversationId } = line
      const wanted = Math.min(asked - next || 1 + random.below(3), most - items.length)
      const messages = conversation.messages.slice(next, next + wanted)
      line.asked = Math.max(asked, next + messages.length)
      for (const message of messages) items.push({ conversation, message, conversationId })
      lines.push({ line, count: messages.length })
    }
    return { lines, items }
  }

  #next(): Line | undefined {
    const unanswered = this.#unanswered.shift()
    if (unanswered || this.#idle.length === 0) return unanswered
    const at = this.#options.random.below(this.#idle.length)
    const line = this.#idle[at]
    const last = this.#idle.pop()
    if (line && last && line !== last) this.#idle[at] = last
    return line
  }

  #settle(line: Line, answers: readonly ItemAnswer[], sender: string): void {
    const { index, messages } = line.conversation
    const prefix = answers.findIndex(({ kind }) => kind !== 'accepted')
    const taken = prefix < 0 ? answers : answers.slice(0, prefix)
    for (const answer of taken) {
      if (answer.kind === 'accepted') this.conversationIds.set(index, answer.conversationId)
      line.next++
    }
    const stopped = prefix < 0 ? undefined : answers[prefix]
    const what = messages[line.next]?.messageId
    if (stopped && answers.slice(prefix).some(({ kind }) => kind === 'accepted')) {
      this.refusals.push(`${sender} accepted what came after ${what}, which it did not accept`)
    }
    if (stopped?.kind === 'refused') {
      this.refusals.push(`${sender} for ${what}: ${stopped.why}`)
      // Nothing after it may be sent: its order would mean nothing.
      line.next = messages.length
    }
    if (line.next < messages.length) {
      const lines = line.next < line.asked ? this.#unanswered : this.#idle
      lines.push(line)
    } else this.#open--
  }
}
