import { type Arrival, Arrivals, arrivalKey } from './arrivals.ts'
import { expectedStatus } from './expected-status.ts'
import type { DeliveryRecord, FeedEvent, ListedMessage } from './hub-records.ts'
import type { PlannedConversation, PlannedMessage, PlannedPhone } from './plan.ts'
import { repliesDue } from './replies.ts'
import type { PhoneLine } from './simulator-client.ts'

/** All that was seen, from the outside only: the platforms' record, and what the hub's API tells. */
export interface Evidence {
  readonly conversations: readonly PlannedConversation[]
  /** messageIds that were answered 202. */
  readonly accepted: ReadonlySet<string>
  /** The simulator's whole record. */
  readonly lines: readonly PhoneLine[]
  /** What phones wrote back. */
  readonly written: readonly string[]
  /** Every message of every conversation, as the hub lists them. */
  readonly listed: readonly ListedMessage[]
  /** By messageId, for those that came more than once or failed. */
  readonly deliveries: ReadonlyMap<string, readonly DeliveryRecord[]>
  /** The feed walked from its start when all was quiet, and as it was followed across all deaths. */
  readonly feed: readonly FeedEvent[]
  readonly followed: readonly FeedEvent[]
  readonly forgedAccepted: number
  /** Records in the hub's log, by topic. */
  readonly records: ReadonlyMap<string, number>
}

export interface Verdict {
  /** Every broken promise, as a sentence; none is what we want. */
  readonly failures: readonly string[]
  /** Pairs of message and phone. */
  readonly arrived: number
  readonly refusedForGood: number
  readonly lost: number
  readonly inversions: number
  /** Arrivals beyond the first, of a message or a part of one. */
  readonly explainedCopies: number
  readonly unexplainedCopies: number
  /** Deliveries that the hub calls possible duplicates though one arrived. */
  readonly flaggedWithoutCopy: number
  readonly repeatedEvents: number
}

export function audit(evidence: Evidence): Verdict {
  const arrivals = new Arrivals()
  for (const line of evidence.lines) arrivals.add(line)
  const failures: string[] = [...arrivals.strange]
  const reached = checkReached(evidence, arrivals, failures)
  const inversions = checkOrder(evidence, arrivals, failures)
  const copies = checkCopies(evidence, arrivals, failures)
  const replies = checkReplies(evidence, arrivals, failures)
  checkStatuses(evidence, arrivals, failures)
  const repeatedEvents = checkFeed(evidence, failures)
  checkFollowed(evidence, failures)
  if (evidence.forgedAccepted > 0) {
    failures.push(`webhooks: ${evidence.forgedAccepted} forged ones were taken for good`)
  }
  for (const [topic, count] of evidence.records) {
    if (topic.endsWith('.dlq') && count > 0) failures.push(`dead letters: ${count} in ${topic}`)
  }
  return {
    failures,
    ...reached,
    lost: reached.lost + replies.lost,
    inversions,
    ...copies,
    explainedCopies: copies.explainedCopies + replies.explainedCopies,
    unexplainedCopies: copies.unexplainedCopies + replies.unexplainedCopies,
    repeatedEvents,
  }
}

/** Every accepted message with its phones. */
function* pairs({ conversations, accepted }: Evidence) {
  for (const conversation of conversations) {
    for (const message of conversation.messages) {
      if (!accepted.has(message.messageId)) continue
      for (const phone of conversation.phones) yield { conversation, message, phone }
    }
  }
}

const phoneOf = ({ channel, address }: PlannedPhone) => `${channel}:${address}`

function checkReached(evidence: Evidence, arrivals: Arrivals, failures: string[]) {
  let arrived = 0
  let refusedForGood = 0
  let lost = 0
  for (const { conversation, message, phone } of pairs(evidence)) {
    const arrival = arrivals.byPhoneAndMarker.get(arrivalKey(message.marker, phoneOf(phone)))
    if (phone.gone) {
      const told = evidence.deliveries.get(message.messageId) ?? []
      const mine = told.filter((each) => `${each.channel}:${each.address}` === phoneOf(phone))
      const said = mine.length > 0 && mine.every((each) => each.status === 'failed' && each.reason)
      if (said) refusedForGood++
      else
        failures.push(
          `${nameOf(conversation, message)}: ${phoneOf(phone)} refuses for good, and the API says ${JSON.stringify(mine)}`,
        )
    } else if (arrival?.words === message.words) arrived++
    else {
      lost++
      const part = arrival ? `${arrival.words} of ${message.words} words` : 'nothing'
      failures.push(
        `lost: ${nameOf(conversation, message)} was accepted, and ${phoneOf(phone)} got ${part}`,
      )
    }
  }
  return { arrived, refusedForGood, lost }
}

/** First arrivals, per conversation and phone: a message after the one before it, a part after the part before. */
function checkOrder(evidence: Evidence, arrivals: Arrivals, failures: string[]): number {
  let inversions = 0
  for (const conversation of evidence.conversations) {
    for (const phone of conversation.phones) {
      let before = { seq: 0, what: '' }
      for (const message of conversation.messages) {
        const arrival = arrivals.byPhoneAndMarker.get(arrivalKey(message.marker, phoneOf(phone)))
        for (const part of partsInOrder(arrival)) {
          const what = `${nameOf(conversation, message)} from word ${part.firstWord}`
          if (part.seq < before.seq) {
            inversions++
            failures.push(
              `order: ${phoneOf(phone)} got ${what} (record ${part.seq}) before ${before.what} (record ${before.seq})`,
            )
          } else before = { seq: part.seq, what }
        }
      }
    }
  }
  return inversions
}

const partsInOrder = (arrival: Arrival | undefined) =>
  [...(arrival?.parts.values() ?? [])].sort((a, b) => a.firstWord - b.firstWord)

/** A copy is explained when the hub itself says of that very delivery that it may have come twice. */
function checkCopies(evidence: Evidence, arrivals: Arrivals, failures: string[]) {
  let explainedCopies = 0
  let unexplainedCopies = 0
  let flaggedWithoutCopy = 0
  for (const { conversation, message, phone } of pairs(evidence)) {
    const arrival = arrivals.byPhoneAndMarker.get(arrivalKey(message.marker, phoneOf(phone)))
    const told = (evidence.deliveries.get(message.messageId) ?? [])
      .filter((each) => `${each.channel}:${each.address}` === phoneOf(phone))
      .sort((a, b) => a.part - b.part)
    for (const [nth, part] of partsInOrder(arrival).entries()) {
      const delivery = told[nth]
      const copies = part.count - 1
      if (copies === 0) {
        if (delivery?.possibleDuplicate) flaggedWithoutCopy++
        continue
      }
      const isExplained = delivery?.possibleDuplicate === true && part.count <= delivery.attempts
      if (isExplained) explainedCopies += copies
      else {
        unexplainedCopies += copies
        failures.push(
          `copies: ${phoneOf(phone)} got ${nameOf(conversation, message)} from word ${part.firstWord} ${part.count} times, and the API says ${JSON.stringify(delivery)}`,
        )
      }
    }
  }
  return { explainedCopies, unexplainedCopies, flaggedWithoutCopy }
}

/** What somebody wrote reaches everybody else in the group and nobody outside it; a copy is explained as any other. */
function checkReplies(evidence: Evidence, { replies }: Arrivals, failures: string[]) {
  let lost = 0
  let explainedCopies = 0
  let unexplainedCopies = 0
  const due = new Set<string>()
  for (const { text, phone } of repliesDue(evidence.conversations, evidence.written)) {
    const key = arrivalKey(text, phone)
    due.add(key)
    const count = replies.get(key) ?? 0
    if (count === 0) {
      lost++
      failures.push(`lost: '${text}' of a phone did not reach ${phone}`)
    }
    if (count < 2) continue
    const event = evidence.feed.find(
      (each) => each.type === 'message.received' && each.text === text,
    )
    const told = evidence.deliveries.get(event?.messageId ?? '') ?? []
    const mine = told.find(({ channel, address }) => `${channel}:${address}` === phone)
    if (mine?.possibleDuplicate && count <= mine.attempts) explainedCopies += count - 1
    else {
      unexplainedCopies += count - 1
      failures.push(
        `copies: ${phone} got '${text}' ${count} times, and the API says ${JSON.stringify(mine)}`,
      )
    }
  }
  for (const key of replies.keys()) {
    if (!due.has(key)) failures.push(`not theirs: ${key} got what was not written to them`)
  }
  return { lost, explainedCopies, unexplainedCopies }
}

function checkStatuses(evidence: Evidence, arrivals: Arrivals, failures: string[]): void {
  const listed = new Map<string, ListedMessage>()
  for (const message of evidence.listed) {
    if (listed.has(message.messageId))
      failures.push(`list: ${message.messageId} stands there twice`)
    listed.set(message.messageId, message)
  }
  for (const conversation of evidence.conversations) {
    for (const message of conversation.messages) {
      if (!evidence.accepted.has(message.messageId)) continue
      const told = listed.get(message.messageId)?.status ?? 'not listed'
      const expected = expectedStatus(conversation, message, arrivals)
      if (expected !== 'nothing' && told !== expected) {
        failures.push(
          `status: ${nameOf(conversation, message)} is '${told}', the platforms say '${expected}'`,
        )
      }
    }
  }
}

/** Answers how many events came more than once, by their id: a batch that was done again tells them again. */
function checkFeed({ feed, accepted, written }: Evidence, failures: string[]): number {
  const first = new Map<string, FeedEvent>()
  for (const event of feed) if (!first.has(event.eventId)) first.set(event.eventId, event)
  const acceptedTold = new Set<string>()
  const heard = new Map<string, number>()
  for (const { type, messageId, text, reason } of first.values()) {
    if (type === 'message.accepted' && messageId !== null) acceptedTold.add(messageId)
    if (type === 'message.received' && text !== null) heard.set(text, (heard.get(text) ?? 0) + 1)
    if (type === 'message.rejected' || type === 'submission.rejected') {
      failures.push(`feed: ${type} for ${messageId}, reason ${reason}`)
    }
  }
  for (const messageId of accepted) {
    if (!acceptedTold.has(messageId)) failures.push(`feed: no message.accepted for ${messageId}`)
  }
  for (const text of written) {
    const count = heard.get(text) ?? 0
    if (count !== 1) failures.push(`feed: '${text}' of a phone is ${count} message.received events`)
  }
  for (const text of heard.keys()) {
    if (!written.includes(text)) failures.push(`feed: '${text}' was received, and nobody wrote it`)
  }
  return feed.length - first.size
}

/** Whoever follows by cursor sees what stands there: nothing left out, nothing else, across all deaths. */
function checkFollowed({ feed, followed }: Evidence, failures: string[]): void {
  const counts = new Map<string, number>()
  for (const { eventId } of feed) counts.set(eventId, (counts.get(eventId) ?? 0) + 1)
  for (const { eventId } of followed) counts.set(eventId, (counts.get(eventId) ?? 0) - 1)
  const missed = [...counts].filter(([, count]) => count > 0)
  const invented = [...counts].filter(([, count]) => count < 0)
  if (missed.length > 0) {
    failures.push(`feed: who followed it missed ${missed.length} events, such as ${missed[0]?.[0]}`)
  }
  if (invented.length > 0) {
    failures.push(
      `feed: who followed it saw ${invented.length} events that are not there, such as ${invented[0]?.[0]}`,
    )
  }
}

const nameOf = ({ index }: PlannedConversation, { messageId }: PlannedMessage) =>
  `${messageId} (conversation ${index})`
