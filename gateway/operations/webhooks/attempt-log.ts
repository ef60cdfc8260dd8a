import { webhookKey } from '../../../domain/keys.ts'
import type { WebhookAttempt } from '../../../schemas/types.ts'
import type { StoredRecord } from '../../../topology/contract/record.ts'
import type { GatewayTools } from '../../tools.ts'

export interface AttemptQuery {
  readonly limit: number
  /** `next` of the page before. */
  readonly before?: string | undefined
  readonly eventId?: string | undefined
}

/** What became of the calls of one endpoint: its part of a topic, read outside any group. */
export interface AttemptLog {
  /** Newest first. `next` is absent at the end; a page may be short, and have one all the same. */
  page(
    tenant: string,
    webhookId: string,
    query: AttemptQuery,
  ): Promise<{ readonly attempts: readonly WebhookAttempt[]; readonly next?: string }>
  /** The newest attempt of each event since then, one that delivered before any other. */
  since(
    tenant: string,
    webhookId: string,
    sinceMs: number,
  ): Promise<ReadonlyMap<string, WebhookAttempt>>
}

// What one request may look through: endpoints share partitions, and one request must not hold up the process.
const mostRecords = 10_000
const batch = 500

type Tools = Pick<GatewayTools, 'broker' | 'codec' | 'webhooks'>

export function attemptLog({ broker, codec, webhooks }: Tools): AttemptLog {
  const topic = webhooks.topics.attempts

  async function partOf(key: string) {
    const ends = await broker.ends(topic)
    const partition = webhooks.partitionOf(key, ends.length)
    const end = ends.find((each) => each.partition === partition)
    return { partition, earliest: end?.earliest ?? 0, next: end?.next ?? 0 }
  }

  async function decoded(records: readonly StoredRecord[], key: string) {
    const own = records.flatMap((record) =>
      record.key === key && record.value !== null
        ? [{ offset: record.offset, value: record.value }]
        : [],
    )
    await codec.learn(
      'WebhookAttempt',
      own.map(({ value }) => value),
    )
    return own.map(({ offset, value }) => ({
      offset,
      attempt: codec.decode('WebhookAttempt', value) as WebhookAttempt,
    }))
  }

  return {
    async page(tenant, webhookId, { limit, before, eventId }) {
      const key = webhookKey(tenant, webhookId)
      const { partition, earliest, next } = await partOf(key)
      const attempts: WebhookAttempt[] = []
      let upTo = Math.min(before === undefined ? next : Number(before), next)
      const lowest = Math.max(earliest, upTo - mostRecords)
      while (upTo > lowest) {
        const offset = Math.max(lowest, upTo - batch)
        const records = await broker.read(
          { topic, partition, offset },
          { maxRecords: upTo - offset, maxWaitMs: 0 },
        )
        const own = await decoded(
          records.filter((record) => record.offset < upTo),
          key,
        )
        for (const { offset: at, attempt } of own.reverse()) {
          if (eventId !== undefined && attempt.eventId !== eventId) continue
          if (attempts.length === limit) return { attempts, next: String(at + 1) }
          attempts.push(attempt)
        }
        upTo = offset
      }
      return lowest > earliest ? { attempts, next: String(lowest) } : { attempts }
    },

    async since(tenant, webhookId, sinceMs) {
      const key = webhookKey(tenant, webhookId)
      const { partition, next } = await partOf(key)
      const starts = await broker.offsetsAt(topic, sinceMs)
      let offset = starts.find((each) => each.partition === partition)?.offset ?? next
      // Of more than that, the oldest are taken as not delivered: then an event is sent twice, and never not at all.
      offset = Math.max(offset, next - mostRecords)
      const newest = new Map<string, WebhookAttempt>()
      while (offset < next) {
        const records = await broker.read(
          { topic, partition, offset },
          { maxRecords: batch, maxWaitMs: 0 },
        )
        const last = records.at(-1)
        if (!last) break
        for (const { attempt } of await decoded(records, key)) {
          if (newest.get(attempt.eventId)?.outcome !== 'delivered')
            newest.set(attempt.eventId, attempt)
        }
        offset = last.offset + 1
      }
      return newest
    },
  }
}
