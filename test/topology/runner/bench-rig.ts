import {
  type MemoryBroker,
  memoryBroker,
} from '../../../topology/adapters/memory-broker/memory-broker.ts'
import { type MemoryLog, memoryLog } from '../../../topology/adapters/memory-broker/memory-log.ts'
import { memoryTimers } from '../../../topology/adapters/memory-timers.ts'
import { type VirtualClock, virtualClock } from '../../../topology/adapters/virtual-clock.ts'
import type { AvroName, PortTypes, StageBody, StageType } from '../../../topology/contract/stage.ts'
import type { Pipeline, Stage, Topic } from '../../../topology/pipeline/model.ts'
import type { Codec } from '../../../topology/ports/codec.ts'
import { type Meter, silentMeter } from '../../../topology/ports/meter.ts'
import type { RunnerContext } from '../../../topology/runner/context.ts'
import { type Engine, startEngine } from '../../../topology/runner/engine.ts'

/** Any JSON value as UTF-8 text: the runner does not care what the bytes mean. `!` stands for bytes that nothing can read. */
export const jsonCodec: Codec = {
  encode(type, value) {
    if (value === undefined) throw new Error(`undefined is no ${type}`)
    return Buffer.from(JSON.stringify(value))
  },
  write(type, value, buffer, at) {
    const bytes = jsonCodec.encode(type, value)
    buffer.set(bytes, at)
    return at + bytes.length
  },
  decode(type, bytes) {
    const text = Buffer.from(bytes).toString()
    if (text.startsWith('!')) throw new Error(`bytes are no ${type}`)
    return JSON.parse(text)
  },
  learn: async () => {},
  learnPending: async () => {},
}

export function topicOf(name: string, partitions = 3): Topic {
  const day = 86_400_000
  return {
    name,
    value: 'TextContent',
    key: 'k',
    partitions,
    retentionMs: day,
    cleanup: 'delete',
    compat: 'NONE',
  }
}

export function stageOf(id: string, wiring: Partial<Stage> & { readonly from: string }): Stage {
  const { from, ...rest } = wiring
  return {
    id,
    use: id,
    settings: {},
    inputs: { in: [{ topic: from, inline: false }] },
    outputs: {},
    ordering: 'key',
    concurrency: 16,
    window: { records: 200, bytes: 1_000_000, perGroup: 100 },
    // biome-ignore lint/suspicious/noThenProperty: the word of pipeline.yaml; it is a text, never awaited
    retry: { minBackoffMs: 100, maxBackoffMs: 1_000, holdMs: 5_000, then: 'park' },
    // biome-ignore lint/suspicious/noThenProperty: as above
    park: { minBackoffMs: 1_000, maxBackoffMs: 10_000, maxAgeMs: 600_000, then: 'dead-letter' },
    lingerMs: { min: 0, max: 0 },
    drainMs: 1_000,
    scale: { min: 1, max: 1, lagSeconds: null },
    renamedFrom: null,
    ...rest,
  }
}

export function pipelineOf(topics: readonly Topic[], stages: readonly Stage[]): Pipeline {
  return {
    name: 'rig',
    revision: 'r1',
    topics: Object.fromEntries(topics.map((topic) => [topic.name, topic])),
    stages: Object.fromEntries(stages.map((stage) => [stage.id, stage])),
    channels: {},
  }
}

/** A stage type whose body the test writes. */
export function typeOf(
  name: string,
  body: StageBody<PortTypes, PortTypes>,
): StageType<PortTypes, PortTypes, undefined> {
  const port: AvroName = 'TextContent'
  return {
    name,
    doc: name,
    shape: body.shape,
    in: { in: port },
    out: { '*': port },
    options: {},
    create: () => body,
  }
}

export interface Rig {
  readonly clock: VirtualClock
  readonly log: MemoryLog
  readonly broker: MemoryBroker
  /** Starts one more process on the same log. */
  engine(
    pipeline: Pipeline,
    types: readonly StageType<PortTypes, PortTypes, undefined>[],
    broker?: MemoryBroker,
  ): Promise<Engine>
  send(topic: string, key: string, ...texts: readonly string[]): Promise<void>
  /** The texts of a topic in offset order, all partitions one after another. */
  texts(topic: string): Promise<readonly string[]>
  committed(stageId: string): Promise<number>
}

export function rig(
  meter: Partial<Meter> = {},
  codec: Codec = jsonCodec,
  given: Partial<RunnerContext> = {},
): Rig {
  const clock = virtualClock()
  const log = memoryLog(clock)
  const broker = memoryBroker(log, clock)
  const timers = memoryTimers()
  const contextFor = (handle: MemoryBroker): RunnerContext => ({
    broker: handle,
    codec,
    clock,
    timers,
    meter: { ...silentMeter, ...meter },
    random: () => 0.5,
    revision: 'r1',
    maxBatch: 100,
    commitEveryMs: 10,
    brokerBackoff: { minBackoffMs: 10, maxBackoffMs: 100 },
    ...given,
  })
  /** Lets virtual time run while a promise is waited for. */
  const until = async <Value>(promise: Promise<Value>): Promise<Value> => {
    let ended = false
    const watched = promise.finally(() => {
      ended = true
    })
    // A rejection is the caller's to see, through `watched`.
    watched.catch(() => {})
    for (let round = 0; round < 10_000; round++) {
      await clock.settle()
      if (ended) break
      await clock.advance(10)
    }
    return watched
  }
  return {
    clock,
    log,
    broker,
    engine: (pipeline, types, handle = broker) =>
      until(
        startEngine({
          pipeline,
          types: Object.fromEntries(types.map((type) => [type.name, type])),
          tools: undefined,
          context: contextFor(handle),
        }),
      ),
    async send(topic, key, ...texts) {
      const records = texts.map((text) => ({
        topic,
        key,
        value: text.startsWith('!')
          ? Buffer.from(text)
          : jsonCodec.encode('TextContent', { entities: null, text }),
        headers: { trace: 't1' },
      }))
      await until(broker.append(records))
    },
    async texts(topic) {
      const found: string[] = []
      for (const { partition, earliest, next } of await until(broker.ends(topic))) {
        if (next === earliest) continue
        const from = { topic, partition, offset: earliest }
        const records = await until(broker.read(from, { maxRecords: 10_000, maxWaitMs: 0 }))
        for (const { value } of records) {
          const text = Buffer.from(value ?? []).toString()
          found.push(text.startsWith('{') ? JSON.parse(text).text : text)
        }
      }
      return found
    },
    async committed(stageId) {
      const positions = await until(broker.committed(`rig.${stageId}`))
      return positions.reduce((sum, { offset }) => sum + offset, 0)
    },
  }
}
