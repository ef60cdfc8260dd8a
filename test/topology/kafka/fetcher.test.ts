import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fetcher } from '../../../topology/adapters/kafka/consuming/fetcher.ts'
import type { Seat } from '../../../topology/adapters/kafka/consuming/seat.ts'
import { Unread } from '../../../topology/adapters/kafka/consuming/unread.ts'
import { kafkaSettings } from '../../../topology/adapters/kafka/kafka-options.ts'
import type { FetchLink } from '../../../topology/adapters/kafka/reading/fetch-link.ts'
import { scriptedLink } from './scripted-link.ts'

const seatOf = (partition: number): Seat => ({
  owned: { topic: 't', partition, epoch: 1, offset: 0 },
  phase: 'open',
  position: 0,
  paused: false,
  unread: new Unread(),
})

/** Nodes that have nothing; who leads what is told by `leaders`. */
const quietNodes = (leaders: readonly string[], onFetch: (nodeId: string) => void): FetchLink =>
  scriptedLink({
    leader: ({ partition }) => leaders[partition],
    async send(nodeId) {
      onFetch(nodeId)
      await new Promise((resolve) => setTimeout(resolve, 2))
      // No records of any partition: what a fetch resolves to.
      return []
    },
  })

/** Lets a fetcher run until `moved` is told, for five seconds at most. */
async function fetchedUntil(
  moved: PromiseWithResolvers<void>,
  link: FetchLink,
  seats: readonly Seat[],
): Promise<void> {
  const settings = kafkaSettings({ brokers: [], clientId: 'test' })
  const fetcher = new Fetcher(
    link,
    settings,
    () => seats,
    () => {},
  )
  fetcher.wake()
  const bound = setTimeout(() => moved.reject(new Error('node 2 was never asked')), 5_000)
  try {
    await moved.promise
  } finally {
    clearTimeout(bound)
    await fetcher.stop()
  }
}

test('a partition whose leader has moved is asked for at the new one, though no record of another comes', async () => {
  const leaders = ['1', '1']
  const seats = [seatOf(0), seatOf(1)]
  const moved = Promise.withResolvers<void>()
  let fetches = 0
  const link = quietNodes(leaders, (nodeId) => {
    fetches++
    // Learnt by somebody else's question: the fetches meet with no error.
    if (fetches === 3) leaders[1] = '2'
    if (nodeId === '2') moved.resolve()
  })
  await fetchedUntil(moved, link, seats)
  assert.ok(fetches > 3)
})

test('a partition that was the only one of its leader is asked for at the new one', async () => {
  const leaders = ['1']
  const seats = [seatOf(0)]
  const moved = Promise.withResolvers<void>()
  const link = quietNodes(leaders, (nodeId) => {
    leaders[0] = '2'
    if (nodeId === '2') moved.resolve()
  })
  await fetchedUntil(moved, link, seats)
})
