import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { loadSchemas } from '../../../schemas/load.ts'
import type { Event, MediaContent, Receipt } from '../../../schemas/types.ts'
import { kafkaBroker } from '../../../topology/adapters/kafka/kafka-broker.ts'
import { avroCodec } from '../../../topology/codec/avro-codec.ts'
import type { AvroName } from '../../../topology/contract/stage.ts'
import { confluentRegistry } from '../../../topology/registry/client.ts'
import { newGroup, newTopic } from '../../conformance/broker/broker-fixtures.ts'
import { hello, plain } from '../../conformance/codec.ts'
import { Missing } from '../../services/programs/missing.ts'
import { type PythonPackages, pythonPackages } from '../../services/programs/python-packages.ts'
import { runProgram } from '../../services/programs/run-program.ts'
import { confluentKafka, packages } from './foreign-reader/packages.ts'
import { testKafka } from './test-kafka.ts'

const { brokers, options } = testKafka()
const registryUrl = process.env['C4A_TEST_REGISTRY'] ?? ''
const wanted = brokers.length > 0 && registryUrl !== ''

const script = join(import.meta.dirname, 'foreign-reader', 'read_records.py')
const lastInstant = 253_402_300_799_999

const receipt: Receipt = {
  tenant: 'default',
  channel: 'whatsapp',
  account: '1550001',
  conversationId: 'c_1',
  participantId: 'p_1',
  deliveryId: 'd_1',
  messageId: 'm-1',
  part: 2,
  providerMessageId: 'wamid.1',
  kind: 'delivered',
  reason: null,
  detail: 'naïve ção 👋',
  attempt: 1,
  possibleDuplicate: true,
  watermark: null,
  // As late as Python's own type for an instant goes.
  providerAt: lastInstant,
  observedAt: 1_764_000_000_123,
  calledAt: 0,
  source: 'webhook',
}

const event: Event = {
  eventId: 'e_1',
  tenant: 'default',
  type: 'message.status',
  occurredAt: 1_764_000_000_001,
  messageId: 'm-1',
  submissionId: hello.submissionId,
  conversationId: 'c_1',
  participantId: 'p_1',
  deliveryId: 'd_1',
  channel: 'whatsapp',
  status: 'delivered',
  reason: null,
  detail: null,
  data: JSON.stringify({ parts: 3 }),
}

const picture: MediaContent = {
  url: 'https://example.org/a.jpg',
  blobId: null,
  mediaId: null,
  mimeType: 'image/jpeg',
  filename: null,
  caption: null,
  sizeBytes: Number.MAX_SAFE_INTEGER,
  sha256: null,
  entities: null,
  voice: null,
  unavailable: null,
}

const values: readonly (readonly [AvroName, object])[] = [
  ['Message', hello],
  ['Receipt', receipt],
  ['Event', event],
  ['MediaContent', picture],
]

const headers = {
  'c4a-tenant': 'default',
  'c4a-message-id': 'ção-👋',
  'c4a-accepted-at': '1764000000000',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
}

test('what we write is read field by field by a client that is not ours, through the registry', {
  skip: wanted ? false : 'C4A_TEST_KAFKA and C4A_TEST_REGISTRY do not name both (docs/services.md)',
  timeout: 300_000,
}, async (t) => {
  const python = await foreignClient(t)
  if (!python) return
  const registry = confluentRegistry({
    url: registryUrl,
    credentials: undefined,
    compatibility: 'FULL_TRANSITIVE',
    timeoutMs: 10_000,
  })
  const codec = await avroCodec(loadSchemas(), registry)
  const nowMs = Date.now()
  const expected: Record<string, unknown>[] = []
  const topics: string[] = []
  // Each codec is another way for a batch to be misread.
  for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
    const broker = await kafkaBroker({ ...options, compression })
    t.after(() => broker.close())
    const topic = await newTopic(broker)
    topics.push(topic)
    const records = values.map(([type, value], nth) => {
      const timestampMs = nowMs + nth
      return {
        topic,
        key: `default/c_${nth}`,
        value: codec.encode(type, value),
        headers,
        timestampMs,
      }
    })
    const tombstone = {
      topic,
      key: 'default/gone',
      value: null,
      headers: {},
      timestampMs: nowMs,
    }
    const positions = await broker.append([...records, tombstone])
    ;[...records, tombstone].forEach(({ key, headers, timestampMs }, nth) => {
      const value = plain(values[nth]?.[1] ?? null)
      expected.push({ ...positions[nth], key, headers, timestampMs, value })
    })
  }

  const lines = await runProgram(
    python.program,
    [script, brokers.join(','), registryUrl, newGroup(), `${expected.length}`, ...topics],
    {
      signal: t.signal,
      environment: { PYTHONPATH: python.folder, PYTHONDONTWRITEBYTECODE: '1' },
    },
  )
  const read: Record<string, unknown>[] = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(read.toSorted(byPlace), expected.toSorted(byPlace))
})

async function foreignClient(t: TestContext): Promise<PythonPackages | undefined> {
  const say = (text: string) => t.diagnostic(text)
  try {
    return await pythonPackages(confluentKafka, packages, { signal: t.signal, say })
  } catch (error) {
    if (!(error instanceof Missing)) throw error
    t.skip(error.message)
    return undefined
  }
}

function byPlace(a: Record<string, unknown>, b: Record<string, unknown>): number {
  const place = (at: Record<string, unknown>) => `${at['topic']}/${at['partition']}/${at['offset']}`
  return place(a).localeCompare(place(b))
}
