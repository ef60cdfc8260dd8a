import { firstAnswer } from './first-answer.ts'
import { isObject, methodOf, notAsPinned, prototypeOf } from './kafkajs-parts.ts'

/** Another node is asked when one has said nothing for so long. */
const patienceMs = 1_000

/** kafkajs's pool of brokers, as far as it is mended here. */
interface Pool {
  /** By their number. */
  readonly brokers: Record<string, PoolBroker>
  /** The one that was begun with. */
  seedBroker: PoolBroker | undefined
  versions: unknown
  metadata: unknown
  metadataExpireAt: number | null
  readonly metadataMaxAge: number
  readonly rootLogger: unknown
  readonly connectionPoolBuilder: { build(of?: Address): Promise<Address> }
  createBroker(made: {
    readonly connectionPool: Address
    readonly logger: unknown
    readonly nodeId?: number
    readonly versions?: unknown
  }): PoolBroker
  hasConnectedBrokers(): boolean
  findBroker(of: { readonly nodeId: string }): Promise<PoolBroker>
}

interface PoolBroker {
  readonly versions: unknown
  readonly connectionPool: Address
  /** Null until it is known. */
  nodeId: number | null
  isConnected(): boolean
  connect(): Promise<unknown>
  disconnect(): Promise<unknown>
  metadata(topics: unknown): Promise<Metadata>
}

interface Address {
  readonly host: string
  readonly port: number
  readonly rack?: string | null
}

interface Metadata {
  readonly brokers: readonly (Address & { readonly nodeId: number })[]
}

/** One node that says nothing must not be waited for where another would answer, nor be taken for that other one. */
export function mendPool(): void {
  const pool = prototypeOf('cluster/brokerPool.js')
  for (const name of ['connect', 'refreshMetadata', 'withBroker', 'findBroker']) {
    methodOf(pool, name)
  }
  // It tries the first address given, and another one only where that refuses the connection.
  pool['connect'] = async function (this: unknown) {
    await begin(poolOf(this))
  }
  // It asks one node that it is connected to, whether that still answers or not; and when a node is given up while it
  // waits, it takes the connection to one for that to another, for good.
  pool['refreshMetadata'] = async function (this: unknown, topics: unknown) {
    await refresh(poolOf(this), topics)
  }
  // It fails with the first that cannot be connected to, and waits for each that says nothing.
  pool['withBroker'] = async function (this: unknown, question: Question) {
    const asked = askAny(poolOf(this), (broker, nodeId) => question({ nodeId, broker }))
    return asked.catch(() => null)
  }
}

type Question = (of: { readonly nodeId: string; readonly broker: PoolBroker }) => Promise<unknown>

async function begin(pool: Pool): Promise<void> {
  if (pool.hasConnectedBrokers()) return
  leave(pool.seedBroker)
  const tried: PoolBroker[] = []
  const addresses = inAnyOrder(await addressesOf(pool))
  try {
    const first = await firstAnswer(addresses, patienceMs, async (connectionPool) => {
      const broker = pool.createBroker({ connectionPool, logger: pool.rootLogger })
      tried.push(broker)
      await broker.connect()
      return broker
    })
    pool.seedBroker = first
    pool.versions = first.versions
  } finally {
    for (const each of tried) if (each !== pool.seedBroker) leave(each)
  }
}

async function refresh(pool: Pool, topics: unknown): Promise<void> {
  if (Object.keys(pool.brokers).length === 0) await begin(pool)
  const metadata = await askAny(pool, (broker) => broker.metadata(topics))
  const { connectionPoolBuilder, rootLogger: logger, versions } = pool
  const found = await Promise.all(
    metadata.brokers.map(async ({ nodeId, host, port, rack }) => {
      const at = { host, port, ...(rack == null ? {} : { rack }) }
      return { nodeId, connectionPool: await connectionPoolBuilder.build(at) }
    }),
  )
  // From here on nobody comes in between.
  pool.metadata = metadata
  pool.metadataExpireAt = Date.now() + pool.metadataMaxAge
  const { seedBroker: first, brokers } = pool
  for (const { nodeId, connectionPool } of found) {
    const present = brokers[nodeId]
    if (present && isAt(present, connectionPool)) continue
    leave(present)
    if (first?.nodeId === null && isAt(first, connectionPool)) {
      first.nodeId = nodeId
      brokers[nodeId] = first
    } else {
      brokers[nodeId] = pool.createBroker({ connectionPool, logger, nodeId, versions })
    }
  }
  const ids = new Set(found.map(({ nodeId }) => String(nodeId)))
  for (const [id, broker] of Object.entries(brokers)) {
    if (ids.has(id)) continue
    leave(broker)
    delete brokers[id]
  }
}

const isAt = ({ connectionPool }: PoolBroker, { host, port, rack }: Address) =>
  connectionPool.host === host && connectionPool.port === port && connectionPool.rack === rack

async function askAny<Answer>(
  pool: Pool,
  question: (broker: PoolBroker, nodeId: string) => Promise<Answer>,
): Promise<Answer> {
  const ids = inAnyOrder(Object.keys(pool.brokers))
  const connected = ids.filter((id) => pool.brokers[id]?.isConnected())
  const others = ids.filter((id) => !connected.includes(id))
  // At the very beginning no node is known by its number.
  if (ids.length === 0 && pool.seedBroker) return question(pool.seedBroker, '')
  return firstAnswer([...connected, ...others], patienceMs, async (nodeId) =>
    question(await pool.findBroker({ nodeId }), nodeId),
  )
}

/** All that were given: each build is for the next of them. */
async function addressesOf({ connectionPoolBuilder }: Pool): Promise<readonly Address[]> {
  const found = new Map<string, Address>()
  for (;;) {
    const next = await connectionPoolBuilder.build()
    const name = `${next.host}:${next.port}`
    if (found.has(name)) return [...found.values()]
    found.set(name, next)
  }
}

/** What a broker still has to say is of no use. */
function leave(broker: PoolBroker | undefined): void {
  broker?.disconnect().catch(() => {})
}

function inAnyOrder<Each>(all: readonly Each[]): readonly Each[] {
  const from = Math.floor(Math.random() * all.length)
  return [...all.slice(from), ...all.slice(0, from)]
}

function poolOf(value: unknown): Pool {
  if (!isPool(value)) throw notAsPinned('pool of brokers')
  return value
}

function isPool(value: unknown): value is Pool {
  if (!isObject(value) || !isObject(value['connectionPoolBuilder'])) return false
  const { brokers, createBroker, hasConnectedBrokers } = value
  return (
    isObject(brokers) &&
    typeof createBroker === 'function' &&
    typeof hasConnectedBrokers === 'function' &&
    'seedBroker' in value &&
    'versions' in value &&
    'metadataExpireAt' in value
  )
}
