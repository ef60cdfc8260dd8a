/**
 * Holds what was promised against what happened. It shares no code with the hub: it knows texts, phones
 * and times, and what a client would be told.
 */

/** One message that was answered 202, or written to a group by somebody in it, in the order of the answers. */
export interface Promised {
  readonly messageId: string
  readonly conversation: string
  readonly text: string
  /** `client`, or the phone of the person. Two who write at once have no order between them. */
  readonly writer: string
  readonly phones: readonly { readonly channel: string; readonly address: string }[]
  /** Who came to the group or left it meanwhile, so that it may have reached them or not. */
  readonly maybe?: readonly { readonly channel: string; readonly address: string }[]
  /** Of those the ones who came: done again after a crash it may go to them though it did not before, after what was said later. */
  readonly coming?: readonly { readonly channel: string; readonly address: string }[]
  /** Who was in the group when it was repeated: to the hub it is new then, if it has forgotten that it saw it. */
  readonly again: readonly { readonly channel: string; readonly address: string }[]
  /** Where it may go when it fails at the one phone it is for, or is not delivered there within this time. */
  readonly fallback?: {
    readonly channel: string
    readonly address: string
    readonly afterMs: number | null
    readonly saidAtMs: number
  }
}

export interface Told {
  readonly status: string
  readonly deliveries: readonly { readonly status: string; readonly possibleDuplicate: boolean }[]
}

export interface Evidence {
  readonly promised: readonly Promised[]
  readonly arrivals: readonly {
    readonly channel: string
    readonly address: string
    readonly text: string
    readonly atMs: number
  }[]
  /** What platforms refused for good, and what was read, as `phone text`. */
  readonly refused: ReadonlySet<string>
  readonly read: ReadonlySet<string>
  /**
   * Per `phone text`: how often it was accepted while the answer got lost, or the process of the hub that
   * had it died before it could write it down. Each may cost one copy more, and nothing else may.
   */
  readonly lostAnswers: ReadonlyMap<string, number>
  /** As `phone text`: what nobody could be sure of, whether or not it had arrived. */
  readonly unsure: ReadonlySet<string>
  /** By id: messages of which a record was damaged on its way, so that no stage could read it. */
  readonly poisoned: ReadonlyMap<string, unknown>
  /** The store of what was seen lost everything meanwhile. */
  readonly forgot: boolean
  readonly told: ReadonlyMap<string, Told>
  /** What people wrote and a webhook was acknowledged for, in order per person. */
  readonly written: readonly { readonly person: string; readonly text: string }[]
  /** Events of the feed, in its order per conversation, the ids made unique. */
  readonly events: readonly {
    readonly eventId: string
    readonly type: string
    readonly messageId: string
    readonly text: string | null
  }[]
  /** What the client's endpoint has taken, by the id it was posted under. */
  readonly posted: ReadonlyMap<string, number>
}

/** Every broken promise, as a sentence; none is what we want. */
export function audit(evidence: Evidence): readonly string[] {
  return [
    ...lost(evidence),
    ...outOfOrder(evidence),
    ...notTheirs(evidence),
    ...unexplainedCopies(evidence),
    ...wrongFallbacks(evidence),
    ...wrongStatuses(evidence),
    ...inboundFaults(evidence),
    ...missingEvents(evidence),
    ...unpostedEvents(evidence),
  ]
}

const phoneOf = ({ channel, address }: { readonly channel: string; readonly address: string }) =>
  `${channel}:${address}`

function* lost({ promised, arrivals, refused, poisoned }: Evidence): Iterable<string> {
  const seen = new Set(arrivals.map((each) => `${phoneOf(each)} ${each.text}`))
  for (const { text, phones, messageId, fallback } of promised) {
    const other = fallback && `${phoneOf(fallback)} ${text}`
    for (const phone of phones) {
      // At one of the two it must be, unless the other refused what the first did or was too late for; then it is told as failed.
      if (other && seen.has(other)) {
        if (poisoned.has(messageId)) yield `unreadable: ${messageId} reached ${other} all the same`
        continue
      }
      const what = `${phoneOf(phone)} ${text}`
      if (poisoned.has(messageId)) {
        if (seen.has(what)) yield `unreadable: ${messageId} reached ${phoneOf(phone)} all the same`
        continue
      }
      const isOver = refused.has(what) || (fallback !== undefined && fallback.afterMs !== null)
      if (!seen.has(what) && !(isOver && (!other || refused.has(other)))) {
        yield `lost: ${messageId} '${text}' was accepted but never reached ${phoneOf(phone)}`
      }
    }
  }
}

function* outOfOrder({ promised, arrivals, forgot }: Evidence): Iterable<string> {
  const rank = new Map(promised.map(({ text }, index) => [text, index]))
  const talkOf = new Map(
    promised.map(({ text, conversation, writer }) => [text, `${conversation} of ${writer}`]),
  )
  const last = new Map<string, { readonly rank: number; readonly text: string }>()
  const first = new Set<string>()
  const others = new Set(promised.flatMap(({ fallback }) => (fallback ? phoneOf(fallback) : [])))
  const coming = new Set(
    promised.flatMap(({ text, phones, coming = [], again }) => {
      const late = forgot ? again.filter((phone) => !phones.includes(phone)) : []
      return [...coming, ...late].map((phone) => `${phoneOf(phone)} ${text}`)
    }),
  )
  for (const arrival of arrivals) {
    const copy = `${phoneOf(arrival)} ${arrival.text}`
    // Between channels there is no order.
    if (others.has(phoneOf(arrival)) || coming.has(copy)) continue
    if (first.has(copy)) continue // a second copy is judged elsewhere
    first.add(copy)
    const mine = rank.get(arrival.text)
    if (mine === undefined) {
      yield `never accepted: '${arrival.text}' reached ${phoneOf(arrival)}`
      continue
    }
    const lane = `${phoneOf(arrival)} in ${talkOf.get(arrival.text)}`
    const before = last.get(lane)
    if (before && before.rank > mine) {
      yield `out of order: '${arrival.text}' reached ${lane} after '${before.text}'`
    }
    if (!before || before.rank < mine) last.set(lane, { rank: mine, text: arrival.text })
  }
}

/** Nobody gets what was said before they came to a group, or after they left it, or their own words. */
function* notTheirs({ promised, arrivals, forgot }: Evidence): Iterable<string> {
  const theirs = new Map(
    promised.map(({ text, phones, maybe = [], again, fallback }) => {
      const others = [...maybe, ...(forgot ? again : []), ...(fallback ? [fallback] : [])]
      return [text, new Set([...phones, ...others].map(phoneOf))]
    }),
  )
  for (const arrival of arrivals) {
    if (theirs.get(arrival.text)?.has(phoneOf(arrival)) === false) {
      yield `not theirs: '${arrival.text}' reached ${phoneOf(arrival)}`
    }
  }
}

/** A copy more is explained by an answer that got lost, and by nothing else; and the hub must say that it may have happened. */
function* unexplainedCopies(evidence: Evidence): Iterable<string> {
  const { promised, arrivals, lostAnswers, told } = evidence
  const flagged = new Set(
    promised.filter(({ messageId }) => isFlagged(told.get(messageId))).map(({ text }) => text),
  )
  const copies = new Map<string, { readonly text: string; readonly count: number }>()
  for (const arrival of arrivals) {
    const what = `${phoneOf(arrival)} ${arrival.text}`
    copies.set(what, { text: arrival.text, count: (copies.get(what)?.count ?? 0) + 1 })
  }
  for (const [what, { text, count }] of copies) {
    const allowed = 1 + (lostAnswers.get(what) ?? 0)
    if (count > allowed) yield `twice: ${what} came ${count} times, ${allowed} can be explained`
    if (count > 1 && !flagged.has(text)) yield `not flagged: ${what} came ${count} times`
  }
}

/**
 * A message goes on when it failed, or was not delivered in time. Whatever waited at the first phone by then must never arrive
 * there afterwards; and without a time it never reaches both.
 */
function* wrongFallbacks({ promised, arrivals, refused, told, poisoned }: Evidence) {
  const first = new Map<string, number>()
  for (const arrival of arrivals) {
    const what = `${phoneOf(arrival)} ${arrival.text}`
    if (!first.has(what)) first.set(what, arrival.atMs)
  }
  for (const { text, phones, fallback, messageId } of promised) {
    const [phone] = phones
    if (!phone || !fallback || poisoned.has(messageId)) continue
    const [here, there] = [`${phoneOf(phone)} ${text}`, `${phoneOf(fallback)} ${text}`]
    const [hereMs, thereMs] = [first.get(here), first.get(there)]
    const { afterMs, saidAtMs } = fallback
    if (hereMs !== undefined && thereMs !== undefined) {
      if (afterMs === null) yield `both: ${messageId} reached ${here} and ${there}`
      else if (hereMs > thereMs)
        yield `both: ${messageId} went on to ${there}, and then reached ${here}`
    }
    if (thereMs !== undefined && !refused.has(here)) {
      if (afterMs === null || thereMs < saidAtMs + afterMs)
        yield `too soon: ${messageId} at ${there}`
    }
    const status = told.get(messageId)?.status
    const arrived = hereMs !== undefined || thereMs !== undefined
    const possible = arrived ? ['sent', 'delivered', 'read'] : ['failed']
    if (!status || !possible.includes(status)) {
      yield `wrong status: ${messageId} with a fallback is '${status}', and should be ${possible.join(' or ')}`
    }
  }
}

/** The hub itself says that the person may have seen it twice. */
const isFlagged = (told: Told | undefined) =>
  told?.deliveries.some(({ possibleDuplicate }) => possibleDuplicate) ?? false

/** Judged where one phone alone decides. */
function* wrongStatuses({
  promised,
  refused,
  read,
  told,
  arrivals,
  unsure,
  poisoned,
  forgot,
}: Evidence): Iterable<string> {
  const arrived = new Set(arrivals.map((each) => `${phoneOf(each)} ${each.text}`))
  for (const { messageId, text, phones, maybe = [], again, fallback } of promised) {
    const status = told.get(messageId)?.status
    if (!status) {
      yield `not told: ${messageId} was accepted and has no status`
      continue
    }
    if (poisoned.has(messageId)) {
      if (status !== 'rejected') yield `wrong status: ${messageId} is unreadable and '${status}'`
      continue
    }
    const [phone] = phones
    const others = [...maybe, ...(forgot ? again : [])].filter((each) => each !== phone)
    if (!phone || phones.length + others.length > 1 || fallback) continue
    const what = `${phoneOf(phone)} ${text}`
    if (refused.has(what)) {
      if (status !== 'failed') yield `wrong status: ${messageId} was refused and is '${status}'`
      continue
    }
    if (!arrived.has(what)) continue
    const highest = phone.channel === 'telegram' ? 'sent' : read.has(what) ? 'read' : 'delivered'
    // Receipts of a copy whose answer got lost name an id nobody knows, unless the platform echoes ours.
    const doubtful = unsure.has(what) || isFlagged(told.get(messageId))
    const blind = doubtful && phone.channel !== 'whatsapp'
    const possible = blind ? ['sent', 'delivered', highest] : [highest]
    if (!possible.includes(status)) {
      yield `wrong status: ${messageId} is '${status}', the platform says '${highest}'`
    }
  }
}

function* inboundFaults({ written, events }: Evidence): Iterable<string> {
  const heard = events.filter(({ type }) => type === 'message.received')
  const counts = new Map<string, number>()
  for (const { text } of heard) if (text) counts.set(text, (counts.get(text) ?? 0) + 1)
  for (const { text, person } of written) {
    const count = counts.get(text) ?? 0
    if (count !== 1) yield `inbound: '${text}' of ${person} is ${count} times on the feed`
  }
}

function* missingEvents({ promised, events, poisoned }: Evidence): Iterable<string> {
  const accepted = new Map<string, number>()
  const rejected = new Set<string>()
  for (const { type, messageId } of events) {
    if (type === 'message.rejected') rejected.add(messageId)
    if (type === 'message.accepted') accepted.set(messageId, (accepted.get(messageId) ?? 0) + 1)
  }
  for (const { messageId, writer } of promised) {
    if (writer !== 'client') continue // heard of as what people wrote
    const count = accepted.get(messageId) ?? 0
    if (count < 1) yield `feed: no message.accepted for ${messageId}`
    if (poisoned.has(messageId) && !rejected.has(messageId)) {
      yield `feed: no message.rejected for ${messageId}`
    }
  }
}

/** The feed and the webhooks tell the same, under the same ids. */
function* unpostedEvents({ events, posted }: Evidence): Iterable<string> {
  const told = new Set(events.map(({ eventId }) => eventId))
  for (const { eventId, type, messageId } of events) {
    if (!posted.has(eventId)) yield `webhook: ${type} of ${messageId} was never posted`
  }
  for (const eventId of posted.keys()) {
    if (!told.has(eventId)) yield `webhook: ${eventId} was posted and is not on the feed`
  }
}
