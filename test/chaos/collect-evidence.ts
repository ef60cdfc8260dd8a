import { Arrivals } from './arrivals.ts'
import type { Evidence } from './auditor.ts'
import type { HubApi } from './hub-api.ts'
import {
  type DeliveryRecord,
  deliveriesOf,
  type FeedEvent,
  FeedReader,
  listMessages,
} from './hub-records.ts'
import type { PlannedConversation } from './plan.ts'
import type { PhoneLine, SimulatorClient } from './simulator-client.ts'
import type { Watcher } from './watcher.ts'

export interface Seen {
  readonly conversations: readonly PlannedConversation[]
  readonly accepted: ReadonlySet<string>
  readonly conversationIds: ReadonlyMap<number, string>
  readonly watcher: Watcher
  /** Of the feed: what stood there before is none of this run's. */
  readonly since?: string
}

/** What is asked. */
export interface Asked {
  readonly simulator: SimulatorClient
  readonly api: HubApi
  /** Stops the hub as an operator would; answers what went wrong. */
  stop(): Promise<readonly string[]>
  /** Of the stopped hub's log, by topic. */
  records(): Promise<ReadonlyMap<string, number>>
}

export interface Collected {
  readonly evidence: Evidence & { readonly faults: Readonly<Record<string, number>> }
  /** What went wrong while asking. */
  readonly troubles: readonly string[]
}

/** Asks the platforms and the hub for all that the auditor wants, and stops the hub as an operator would. */
export async function collectEvidence(
  { simulator, api, stop, records }: Asked,
  { conversations, accepted, conversationIds, watcher, since }: Seen,
): Promise<Collected> {
  const troubles: string[] = []
  const orElse = async <Value>(asked: Promise<Value>, otherwise: Value): Promise<Value> =>
    asked.catch((error: unknown) => {
      troubles.push(error instanceof Error ? error.message : String(error))
      return otherwise
    })

  const lines = await simulator.log(0, 200_000)
  const { forgedAccepted, faults } = await simulator.stats()
  const listed = []
  for (const id of conversationIds.values())
    listed.push(...(await orElse(listMessages(api, id), [])))
  const feed = await orElse(new FeedReader(api, since).walk(), [])
  const deliveries = new Map<string, readonly DeliveryRecord[]>()
  for (const messageId of wanted(conversations, accepted, lines, feed)) {
    deliveries.set(messageId, await orElse(deliveriesOf(api, messageId), []))
  }
  // What came between the follower's last look and now.
  await orElse(watcher.feed.walk(), [])
  troubles.push(...(await stop()))
  return {
    troubles,
    evidence: {
      conversations,
      accepted,
      lines,
      written: watcher.written,
      listed,
      deliveries,
      feed,
      followed: watcher.feed.events,
      forgedAccepted,
      records: await records(),
      faults,
    },
  }
}

/** Messages of which more than the status matters: some phone refuses them, or got them more than once. */
function* wanted(
  conversations: readonly PlannedConversation[],
  accepted: ReadonlySet<string>,
  lines: readonly PhoneLine[],
  feed: readonly FeedEvent[],
): Iterable<string> {
  const arrivals = new Arrivals()
  for (const line of lines) arrivals.add(line)
  const copied = new Set<string>()
  for (const { marker, parts } of arrivals.byPhoneAndMarker.values()) {
    for (const { count } of parts.values()) if (count > 1) copied.add(marker)
  }
  for (const [key, count] of arrivals.replies) if (count > 1) copied.add(textOfKey(key))
  for (const { type, messageId, text } of feed) {
    const isCopied = text !== null && copied.delete(text)
    if (type === 'message.received' && messageId !== null && isCopied) yield messageId
  }
  for (const { phones, messages } of conversations) {
    const refused = phones.some(({ gone }) => gone)
    for (const { messageId, marker } of messages) {
      if (accepted.has(messageId) && (refused || copied.has(marker))) yield messageId
    }
  }
}

/** The phone behind it has no space. */
const textOfKey = (key: string) => key.slice(0, key.lastIndexOf(' '))
