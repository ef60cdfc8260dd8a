import { setTimeout as sleep } from 'node:timers/promises'
import { kafkaBroker } from '../../../topology/adapters/kafka/kafka-broker.ts'
import { memoryTimers } from '../../../topology/adapters/memory-timers.ts'
import { systemClock } from '../../../topology/adapters/system-clock.ts'
import { silentMeter } from '../../../topology/ports/meter.ts'
import { startEngine } from '../../../topology/runner/engine.ts'
import { jsonCodec, pipelineOf, stageOf, topicOf, typeOf } from '../runner/bench-rig.ts'
import { testKafka } from './test-kafka.ts'

/**
 * One process that runs a small pipeline on Kafka until it is killed, or until its input ends: `<name>.in`, a batch
 * at a time, to `<name>.mid`, and from there, a lane for each key, to `<name>.out`.
 */
const name = process.argv[2] ?? ''
const topics = ['in', 'mid', 'out'].map((end) => topicOf(`${name}.${end}`, 6))
const outTo = (end: string) => ({ out: { topic: `${name}.${end}`, maxHops: null } })
const pipeline = {
  ...pipelineOf(topics, [
    stageOf(`${name}.pass`, { use: 'pass', from: `${name}.in`, outputs: outTo('mid') }),
    stageOf(`${name}.say`, { use: 'say', from: `${name}.mid`, outputs: outTo('out') }),
  ]),
  name,
}

const types = {
  pass: typeOf('pass', {
    shape: 'transform',
    run: ({ key, value }) => [{ to: 'out', key, value }],
  }),
  say: typeOf('say', {
    shape: 'keyed-effect',
    group: () => '',
    giveUp: () => [],
    async act({ key, value }) {
      await sleep(2)
      return { kind: 'done', emit: [{ to: 'out', key, value }] }
    },
  }),
}

const broker = await kafkaBroker({ ...testKafka().options, sessionTimeoutMs: 6_000 })
const engine = await startEngine({
  pipeline,
  types,
  tools: undefined,
  context: {
    broker,
    codec: jsonCodec,
    clock: systemClock,
    timers: memoryTimers(),
    meter: { ...silentMeter, trouble: (...what) => console.error(...what) },
    random: Math.random,
    revision: 'r1',
    maxBatch: 100,
    commitEveryMs: 50,
    brokerBackoff: { minBackoffMs: 10, maxBackoffMs: 1_000 },
  },
})
console.log('runs')
process.stdin.on('data', () => {})
process.stdin.on('end', async () => {
  await engine.stop()
  await broker.close()
  console.log('stopped')
})
