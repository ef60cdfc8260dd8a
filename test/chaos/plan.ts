import { type Random, seededRandom } from '../random.ts'

/** What a run does, drawn from its seed: who writes what to whom, and when the hub dies. */
export interface Plan {
  readonly seed: number
  readonly conversations: readonly PlannedConversation[]
  readonly kills: readonly PlannedKill[]
}

export interface PlannedConversation {
  readonly index: number
  /** One makes the direct conversation, several a group. */
  readonly phones: readonly PlannedPhone[]
  /** In the order in which they are to be accepted. */
  readonly messages: readonly PlannedMessage[]
}

export interface PlannedPhone {
  readonly channel: 'whatsapp' | 'messenger' | 'instagram' | 'telegram'
  readonly address: string
  /** Its person has blocked the business: the platform refuses for good. */
  readonly gone: boolean
}

export interface PlannedMessage {
  readonly messageId: string
  /** Stands in the content before each word's number, so that every part of a cut text tells whose it is. */
  readonly marker: string
  readonly words: number
  readonly content: ChaosContent
  /** The first phone writes back when it arrives. */
  readonly isAnswered: boolean
}

export type ChaosContent =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'location'
      readonly latitude: number
      readonly longitude: number
      readonly name: string
    }

/** SIGKILL while it serves, and perhaps again while it starts. */
export interface PlannedKill {
  /** How far the run is then: half of it counts acceptances, half arrivals; 0 to 1. */
  readonly progress: number
  readonly delayMs: number
  /** A kill for each, that long after the process was started: a share of the time that a start takes. */
  readonly duringStart: readonly number[]
}

export interface PlanOptions {
  readonly seed: number
  readonly messages: number
  readonly conversations: number
  readonly kills: number
}

const channels = ['whatsapp', 'messenger', 'instagram', 'telegram'] as const
const prefixes = { whatsapp: '4917', messenger: '71', instagram: '81', telegram: '91' } as const

/** Long enough to be cut on every channel (Instagram 1,000 bytes, WhatsApp 4,096 characters). */
const longText = 500

export function planOf({ seed, messages, conversations, kills }: PlanOptions): Plan {
  const random = seededRandom(seed)
  const people = Array.from({ length: conversations }, (_, index) => phonesOf(index, random))
  return {
    seed,
    conversations: people.map((phones, index) => {
      // What does not divide evenly goes to the first ones.
      const count = Math.ceil((messages - index) / conversations)
      const planned = Array.from({ length: Math.max(0, count) }, (__, nth) =>
        messageOf(seed, `c${index}m${nth}`, random),
      )
      return { index, phones, messages: planned }
    }),
    kills: killsOf(kills, random),
  }
}

function phonesOf(index: number, random: Random): readonly PlannedPhone[] {
  const people = random.chance(0.1) ? 2 + random.below(2) : 1
  const gone = random.chance(0.02)
  return Array.from({ length: people }, (_, nth) => {
    const channel = channels[(index + nth) % channels.length] ?? 'whatsapp'
    const address = `${prefixes[channel]}${String(index * 10 + nth).padStart(7, '0')}`
    return { channel, address, gone: gone && nth === 0 }
  })
}

function messageOf(seed: number, marker: string, random: Random): PlannedMessage {
  const drawn = random.below(100)
  const words = drawn < 2 ? longText : drawn < 5 ? 1 : 3
  const text = Array.from({ length: words }, (_, word) => `${marker}w${word}`).join(' ')
  const content: ChaosContent =
    words === 1
      ? { type: 'location', latitude: random.below(80), longitude: random.below(170), name: text }
      : { type: 'text', text }
  const messageId = `chaos-${seed}-${marker}`
  return { messageId, marker, words, content, isAnswered: random.chance(0.03) }
}

/** About a third of them fall on a start. */
function killsOf(count: number, random: Random): readonly PlannedKill[] {
  const serving = Math.ceil((count * 2) / 3)
  const starts = Array.from({ length: serving }, (): number[] => [])
  for (let left = count - serving; left > 0; left--) {
    starts[random.below(serving)]?.push(random.below(1000) / 1000)
  }
  // One in each stretch of the run, or all might fall on its beginning.
  return starts.map((duringStart, index) => ({
    progress: (index + random.below(1000) / 1000) / serving,
    delayMs: random.below(300),
    duringStart,
  }))
}
