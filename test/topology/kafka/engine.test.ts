import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { kafkaBroker } from '../../../topology/adapters/kafka/kafka-broker.ts'
import { all, record, until } from '../../conformance/broker/broker-fixtures.ts'
import { jsonCodec } from '../runner/bench-rig.ts'
import { testKafka } from './test-kafka.ts'

const { brokers, options } = testKafka()
const skip =
  brokers.length === 0 && 'left out: C4A_TEST_KAFKA names no brokers (npm run services -- up kafka)'

const keys = 40
const perKey = 60

test('a process that is killed in mid-batch, and one that leaves, lose nothing and turn no order round', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const name = `engine-${randomUUID()}`
  const [killed, leaving] = [await engine(t, name), await engine(t, name)]
  const broker = await kafkaBroker(options)
  t.after(() => broker.close())
  const outputs = async () => {
    const partitions = [0, 1, 2, 3, 4, 5].map((partition) => all(broker, `${name}.out`, partition))
    return (await Promise.all(partitions)).flat()
  }

  let sent = 0
  const send = async (rounds: number) => {
    for (let round = 0; round < rounds; round++, sent++) {
      const texts = Array.from({ length: keys }, (_, key) => ({
        ...record(`${name}.in`, `key-${key}`, ''),
        value: jsonCodec.encode('TextContent', { text: `${sent}` }),
      }))
      await broker.append(texts)
    }
  }
  await send(perKey / 3)
  await until('records come through', async () => (await outputs()).length > 100)
  killed.kill('SIGKILL')
  await send(perKey / 3)
  await engine(t, name)
  await send(perKey / 3)
  leaving.stdin?.end()
  await once(leaving, 'exit')
  assert.equal(leaving.exitCode, 0, 'nothing keeps a process that has left')

  const seen = new Map<string, Set<number>>()
  const texts = async () => {
    seen.clear()
    for (const { key, value } of await outputs()) {
      const number = Number(JSON.parse(Buffer.from(value ?? []).toString()).text)
      const before = seen.get(key) ?? new Set()
      seen.set(key, before.add(number))
    }
    return [...seen.values()].reduce((sum, numbers) => sum + numbers.size, 0)
  }
  await until('all came through', async () => (await texts()) === keys * perKey)
  // A killed process repeats what it had not committed; each number comes first in its place all the same.
  for (const [key, numbers] of seen) {
    assert.deepEqual(
      [...numbers],
      Array.from({ length: perKey }, (_, number) => number),
      key,
    )
  }
})

async function engine(t: TestContext, name: string): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'engine-process.ts')
  const child = spawn(process.execPath, [script, name], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  if (child.stdout) await once(child.stdout, 'data')
  return child
}
