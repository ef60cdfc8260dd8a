import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { loadSchemas } from '../../schemas/load.ts'
import type { AvroField, AvroRecord } from '../../schemas/resolve.ts'
import { kafkaBroker } from '../../topology/adapters/kafka/kafka-broker.ts'
import type { StoredRecord } from '../../topology/contract/record.ts'
import type { Broker } from '../../topology/ports/broker.ts'
import type { Codec } from '../../topology/ports/codec.ts'
import type { SchemaRegistry } from '../../topology/ports/registry.ts'
import { confluentRegistry } from '../../topology/registry/client.ts'
import { startRegistry } from '../../topology/registry/server.ts'
import type { Engine } from '../../topology/runner/engine.ts'
import { all } from '../conformance/broker/broker-fixtures.ts'
import { until } from '../until.ts'
import { logFolder, openLog } from './broker/log-folder.ts'
import { partitions, program } from './evolution/program.ts'
import { testKafka } from './kafka/test-kafka.ts'

/** Each call is one program's connection to what all of a test share. */
type Connect<Port> = (t: TestContext) => Promise<() => Promise<Port>>

interface Choice<Port> {
  readonly name: string
  readonly connect: Connect<Port>
  readonly skip: string | false
}

const { brokers, options } = testKafka()
const logs: readonly Choice<Broker>[] = [
  {
    name: 'the embedded log',
    skip: false,
    async connect(t) {
      const { broker } = await openLog(t, await logFolder(t))
      return async () => broker
    },
  },
  {
    name: 'Kafka',
    skip: brokers.length === 0 && 'C4A_TEST_KAFKA names no brokers (docs/kafka.md)',
    connect: async (t) => async () => {
      const broker = await kafkaBroker({ ...options, heartbeatMs: 200 })
      t.after(() => broker.close())
      return broker
    },
  },
]

const foreign = process.env['C4A_TEST_REGISTRY'] ?? ''
const registries: readonly Choice<SchemaRegistry>[] = [
  {
    name: 'the embedded registry',
    skip: false,
    async connect(t) {
      const address = { path: ':memory:', host: '127.0.0.1', port: 0, credentials: undefined }
      const server = await startRegistry(address)
      t.after(() => server.close())
      return async () => clientOf(server.url)
    },
  },
  {
    name: 'a registry that is not ours',
    skip: foreign === '' && 'C4A_TEST_REGISTRY names none (docs/services.md)',
    connect: async () => async () => clientOf(foreign),
  },
]

const priority: AvroField = { name: 'priority', type: 'string', default: 'normal' }

for (const log of logs) {
  for (const registry of registries) {
    test(`a schema's next version goes live beside the old one, in flight and replayed: ${log.name}, ${registry.name}`, {
      skip: log.skip || registry.skip,
      timeout: 240_000,
    }, async (t) => {
      const running = keptRunning(t)
      const [logOf, registryOf] = [await log.connect(t), await registry.connect(t)]
      const name = `evolution-${randomUUID()}`
      const schema = messageOf()
      const shared = async () => ({ registry: await registryOf(), broker: await logOf(), name })
      const old = await program({ version: 'old', schema, ...(await shared()) })
      const oldStages = running(await old.run())
      await old.write(numbers(0, 60))
      const reader = await logOf()
      const records = (end: string) => everything(reader, `${name}.${end}`)
      await until('the old one works', async () => (await records('out')).length > 10)

      // Live while records of the old one are in flight.
      const next = { ...schema, fields: [...schema.fields, priority] }
      const young = await program({ version: 'new', schema: next, ...(await shared()) })
      const youngStages = running(await young.run())
      let written = 60
      const writeBoth = async () => {
        await old.write(evens(written, written + 40))
        await young.write(odds(written, written + 40))
        written += 40
      }
      const sendersSince = (from: number, found: readonly StoredRecord[]) => {
        const values = found.map(({ value }) => read(young.codec, value))
        return new Set(values.filter(({ number }) => number >= from).map(({ sender }) => sender))
      }
      await until('both work side by side', async () => {
        const from = written
        await writeBoth()
        await until('what was written came through', async () => {
          return (await numbersOf(young.codec, records('out'))).size === written
        })
        return sendersSince(from, await records('out')).size === 2
      })

      await oldStages.stop()
      await writeBoth() // an old gateway may live longer than the stages
      await until('the new one has taken over', async () => {
        return (await numbersOf(young.codec, records('out'))).size === written
      })
      await youngStages.stop()

      // What each wrote, as both see it in every topic.
      for (const end of ['in', 'mid', 'out']) {
        for (const { value } of await records(end)) {
          const { number, sender, priority } = read(young.codec, value)
          const byNew = number >= 60 && number % 2 === 1
          // An old program that rewrites a record knows nothing of the field, so readers see its default.
          const kept = byNew && (end !== 'out' || sender === 'new')
          assert.equal(
            priority,
            kept ? `p${number}` : 'normal',
            `${number} in ${end}, by ${sender}`,
          )
          assert.equal(read(old.codec, value).number, number)
          assert.equal(read(old.codec, value).priority, undefined)
        }
      }

      // Replayed by either version, from records of both.
      for (const [version, reader] of [
        ['old', old],
        ['new', young],
      ] as const) {
        const stages = running(await reader.run(`replay-${version}.`))
        await until(`the ${version} one has replayed all`, async () => {
          const found = await numbersOf(reader.codec, records(`replay-${version}.out`))
          return found.size === written
        })
        await stages.stop()
      }

      for (const stage of ['', 'replay-old.', 'replay-new.']) {
        for (const end of ['pass', 'rewrite']) {
          assert.deepEqual(await records(`${stage}${end}.dlq`), [], 'nothing was undecodable')
        }
      }
    })
  }
}

describe('a version that the old ones cannot live with', () => {
  const fieldOf = (name: string) => ({ name, type: 'int' })
  const breaking: Readonly<Record<string, (fields: readonly AvroField[]) => AvroField[]>> = {
    'adds a field without a default': (fields) => [...fields, fieldOf('urgency')],
    'takes away a field that had no default': (fields) =>
      fields.filter(({ name }) => name !== 'conversationId'),
    'changes what a field is': (fields) =>
      fields.map((field) => (field.name === 'senderId' ? { ...field, type: 'int' } : field)),
  }
  const named = {
    adds: /urgency/,
    takes: /conversationId|\/fields\//,
    changes: /senderId|\/fields\//,
  }

  for (const registry of registries) {
    for (const [what, change] of Object.entries(breaking)) {
      test(`is refused before anything is written, with its subject and place: ${what}, ${registry.name}`, {
        skip: registry.skip,
      }, async (t) => {
        const running = keptRunning(t)
        const registryOf = await registry.connect(t)
        const logOf = await logs[0]?.connect(t)
        assert.ok(logOf)
        const broker = await logOf()
        const name = `evolution-${randomUUID()}`
        const schema = messageOf()
        const old = await program({
          version: 'old',
          schema,
          registry: await registryOf(),
          broker,
          name,
        })
        const stages = running(await old.run())
        await old.write(numbers(0, 5))

        const broken = { ...schema, fields: change(schema.fields) }
        await assert.rejects(
          program({ version: 'new', schema: broken, registry: await registryOf(), broker, name }),
          (error: Error & { readonly code?: string }) => {
            assert.equal(error.code, 'C4A_SCHEMA_INCOMPATIBLE')
            assert.match(error.message, new RegExp(`${schema.namespace}\\.Message`))
            assert.match(error.message, named[what.split(' ')[0] as keyof typeof named])
            return true
          },
        )
        // The old one goes on as if nothing had been.
        await old.write(numbers(5, 10))
        await until('all came through', async () => {
          return (await numbersOf(old.codec, everything(broker, `${name}.out`))).size === 10
        })
        await stages.stop()
      })
    }
  }
})

/** Stages that a test has started stop with it, also when it fails, and before what they stand on. */
function keptRunning(t: TestContext): (stages: Engine) => Engine {
  const all: Engine[] = []
  t.after(() => Promise.allSettled(all.map((stages) => stages.stop())))
  return (stages) => {
    all.push(stages)
    return stages
  }
}

/** Message as it is shipped, with a history of its own: registries outlive a test. */
function messageOf(): AvroRecord {
  const shipped = loadSchemas().get('Message')
  assert.ok(shipped)
  return { ...shipped, namespace: `evolution_${randomUUID().replaceAll('-', '')}` }
}

function clientOf(url: string): SchemaRegistry {
  const compatibility = 'FULL_TRANSITIVE'
  return confluentRegistry({ url, credentials: undefined, compatibility, timeoutMs: 10_000 })
}

async function everything(broker: Broker, topic: string): Promise<readonly StoredRecord[]> {
  const parts = Array.from({ length: partitions }, (_, partition) => all(broker, topic, partition))
  return (await Promise.all(parts)).flat()
}

async function numbersOf(codec: Codec, found: Promise<readonly StoredRecord[]>) {
  const records = await found
  await codec.learn(
    'Message',
    records.flatMap(({ value }) => value ?? []),
  )
  return new Set(records.map(({ value }) => read(codec, value).number))
}

function read(codec: Codec, bytes: Uint8Array | null) {
  const value = codec.decode('Message', bytes ?? new Uint8Array()) as Record<string, unknown>
  return {
    number: Number(value['messageId']),
    sender: value['senderId'],
    priority: value['priority'],
  }
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, nth) => from + nth)
const evens = (from: number, to: number) => numbers(from, to).filter((number) => number % 2 === 0)
const odds = (from: number, to: number) => numbers(from, to).filter((number) => number % 2 === 1)
