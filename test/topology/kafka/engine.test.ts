import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { kafkaBroker } from '../../../topology/adapters/kafka/kafka-broker.ts'
import { all, record } from '../../conformance/broker/broker-fixtures.ts'
import { until } from '../../until.ts'
import { jsonCodec } from '../runner/bench-rig.ts'
import { testKafka } from './test-kafka.ts'

const { brokers, options } = testKafka()
const skip = brokers.length === 0 && 'C4A_TEST_KAFKA names no brokers (docs/kafka.md)'

const keys = 40
const perKey = 80
/** Longer than the session of `engine-process.ts`. */
const asleepMs = 8_000

test('a process that is killed in mid-batch, one that leaves and one that oversleeps lose nothing and turn no order round', {
  skip,
  timeout: 240_000,
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
        value: jsonCodec.encode('TextContent', { entities: null, text: `${sent}` }),
      }))
      await broker.append(texts)
    }
  }
  await send(perKey / 4)
  await until('records come through', async () => (await outputs()).length > 100)
  killed.kill('SIGKILL')
  await send(perKey / 4)
  const sleeper = await engine(t, name)
  await send(perKey / 4)
  leaving.stdin?.end()
  await once(leaving, 'exit')
  assert.equal(leaving.exitCode, 0, 'nothing keeps a process that has left')
  const heir = await engine(t, name)
  await send(perKey / 4)
  sleeper.kill('SIGSTOP')
  await sleep(asleepMs)
  // It still believes that its partitions are its own, and commits what it had begun.
  sleeper.kill('SIGCONT')

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

  const total = async () => {
    const ends = await Promise.all(['in', 'mid'].map((end) => broker.ends(`${name}.${end}`)))
    return ends.flat().reduce((sum, { next }) => sum + next, 0)
  }
  const committed = async () => {
    const groups = await Promise.all(
      ['pass', 'say'].map((stage) => broker.committed(`${name}.${name}.${stage}`)),
    )
    return groups
      .flat()
      .filter(({ topic }) => /\.(in|mid)$/.test(topic))
      .reduce((sum, { offset }) => sum + offset, 0)
  }
  await until('all is committed', async () => (await committed()) === (await total()))
  for (const child of [sleeper, heir]) {
    child.stdin?.end()
    await once(child, 'exit')
    assert.equal(child.exitCode, 0)
  }
})

async function engine(t: TestContext, name: string): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'engine-process.ts')
  const child = spawn(process.execPath, [script, name], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  if (child.stdout) await once(child.stdout, 'data')
  return child
}
