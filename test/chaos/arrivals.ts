import { replyIn } from './replies.ts'
import type { PhoneLine } from './simulator-client.ts'

/** What reached one phone of one message. */
export interface Arrival {
  readonly phone: string
  readonly marker: string
  /** By the number of its first word: a text that was cut arrives as several. */
  readonly parts: Map<number, ArrivedPart>
  /** Words seen, copies aside. */
  words: number
}

export interface ArrivedPart {
  readonly firstWord: number
  readonly lastWord: number
  /** Place in the record of its first arrival. */
  readonly seq: number
  count: number
  /** The furthest that the platform says of it, or of a copy. */
  status: string
}

const word = /\bc\d+m\d+w\d+\b/g

/** Sorts the simulator's record by phone and message. Knows texts and phones, nothing of the hub. */
export class Arrivals {
  readonly byPhoneAndMarker = new Map<string, Arrival>()
  /** How often a phone got what another phone of its group wrote, by `arrivalKey` of the text. */
  readonly replies = new Map<string, number>()
  /** What no message of ours explains, as sentences. */
  readonly strange: string[] = []

  /** Answers the arrival when the line is the first sign of a message on a phone. */
  add({ direction, channel, address, content, seq, status }: PhoneLine): Arrival | undefined {
    if (direction !== 'to-phone') return undefined
    const phone = `${channel}:${address}`
    const shown = (content as { readonly text?: unknown } | null)?.text
    const written = typeof shown === 'string' ? replyIn(shown) : undefined
    if (written !== undefined) {
      const key = arrivalKey(written, phone)
      this.replies.set(key, (this.replies.get(key) ?? 0) + 1)
      return undefined
    }
    const text = JSON.stringify(content)
    // A set, because a place is shown twice on Telegram: as its name and as its address.
    const words = [...new Set(text.match(word))].map((each) => each.split('w'))
    const marker = words[0]?.[0]
    const firstWord = Number(words[0]?.[1])
    if (marker === undefined) {
      this.strange.push(`${phone} got something that nobody sent: ${text}`)
      return undefined
    }
    if (words.some((each, nth) => each[0] !== marker || Number(each[1]) !== firstWord + nth)) {
      this.strange.push(`${phone} got ${marker} garbled: ${text}`)
    }
    const key = arrivalKey(marker, phone)
    const known = this.byPhoneAndMarker.get(key)
    const arrival = known ?? { phone, marker, parts: new Map(), words: 0 }
    if (!known) this.byPhoneAndMarker.set(key, arrival)
    const part = arrival.parts.get(firstWord)
    if (part) {
      part.count++
      part.status = further(part.status, status)
    } else {
      const lastWord = firstWord + words.length - 1
      arrival.parts.set(firstWord, { firstWord, lastWord, seq, count: 1, status })
      arrival.words += words.length
    }
    return known ? undefined : arrival
  }
}

export const arrivalKey = (marker: string, phone: string): string => `${marker} ${phone}`

const steps: readonly string[] = ['failed', 'accepted', 'sent', 'delivered', 'read']

const further = (one: string, other: string) =>
  steps.indexOf(other) > steps.indexOf(one) ? other : one
