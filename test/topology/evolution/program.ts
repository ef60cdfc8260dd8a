import type { AvroRecord } from '../../../schemas/resolve.ts'
import type { Message } from '../../../schemas/types.ts'
import { memoryTimers } from '../../../topology/adapters/memory-timers.ts'
import { systemClock } from '../../../topology/adapters/system-clock.ts'
import { avroCodec } from '../../../topology/codec/avro-codec.ts'
import type { PortTypes, StageBody, StageType } from '../../../topology/contract/stage.ts'
import type { Broker } from '../../../topology/ports/broker.ts'
import type { Codec } from '../../../topology/ports/codec.ts'
import { silentMeter } from '../../../topology/ports/meter.ts'
import type { SchemaRegistry } from '../../../topology/ports/registry.ts'
import { type Engine, startEngine } from '../../../topology/runner/engine.ts'
import { hello } from '../../conformance/codec.ts'
import { pipelineOf, stageOf, topicOf } from '../runner/bench-rig.ts'

export interface ProgramOptions {
  /** Stands in `senderId` of all that its stage has rewritten. */
  readonly version: string
  readonly schema: AvroRecord
  readonly registry: SchemaRegistry
  readonly broker: Broker
  /** Name of the pipeline, and the beginning of its topics' names. */
  readonly name: string
}

/** One version of the program: it writes, runs the stages, and reads. */
export interface Program {
  readonly codec: Codec
  /** Appends a message of each number, with the fields that this version has. */
  write(numbers: readonly number[]): Promise<void>
  /**
   * Joins the group of the stages: `pass` hands `<name>.in` on to `.mid` as it is, `rewrite` writes its own name into what
   * it sends on to `.out`. With `replay`, stages of another group read it all again, to topics of its own.
   */
  run(replay?: string): Promise<Engine>
}

export const partitions = 6
const conversations = 24

/** Registers its schemas, as a program does before it does anything else. */
export async function program(options: ProgramOptions): Promise<Program> {
  const { version, schema, registry, broker, name } = options
  const codec = await avroCodec(new Map([['Message', schema]]), registry)
  const hasPriority = schema.fields.some((field) => field.name === 'priority')
  return {
    codec,
    async write(numbers) {
      const records = numbers.map((number) => {
        const value = {
          ...hello,
          messageId: `${number}`,
          ...(hasPriority ? { priority: `p${number}` } : {}),
        }
        return {
          topic: `${name}.in`,
          key: `default/c_${number % conversations}`,
          value: codec.encode('Message', value),
          headers: {},
        }
      })
      await broker.append(records)
    },
    run(replay = '') {
      const topics = ['in', `${replay}mid`, `${replay}out`].map((end) => ({
        ...topicOf(`${name}.${end}`, partitions),
        value: 'Message',
      }))
      const outTo = (end: string) => ({ out: { topic: `${name}.${replay}${end}`, maxHops: null } })
      const stages = [
        stageOf(`${name}.${replay}pass`, {
          use: 'pass',
          from: `${name}.in`,
          outputs: outTo('mid'),
        }),
        stageOf(`${name}.${replay}rewrite`, {
          use: 'rewrite',
          from: `${name}.${replay}mid`,
          outputs: outTo('out'),
        }),
      ]
      const pipeline = { ...pipelineOf(topics, stages), name }
      return startEngine({
        pipeline,
        types: { pass, rewrite: rewriteAs(version) },
        tools: undefined,
        context: {
          broker,
          codec,
          clock: systemClock,
          timers: memoryTimers(),
          meter: silentMeter,
          random: Math.random,
          revision: version,
          maxBatch: 20,
          commitEveryMs: 20,
          brokerBackoff: { minBackoffMs: 10, maxBackoffMs: 1_000 },
        },
      })
    },
  }
}

const pass = messages('pass', {
  shape: 'transform',
  run: ({ key, value }) => [{ to: 'out', key, value }],
})

function rewriteAs(version: string) {
  return messages('rewrite', {
    shape: 'keyed-effect',
    group: () => '',
    giveUp: () => [],
    async act({ key, value }) {
      const rewritten = { ...(value as Message), senderId: version }
      return { kind: 'done', emit: [{ to: 'out', key, value: rewritten }] }
    },
  })
}

function messages(
  name: string,
  body: StageBody<PortTypes, PortTypes>,
): StageType<PortTypes, PortTypes, undefined> {
  return {
    name,
    doc: name,
    shape: body.shape,
    in: { in: 'Message' },
    out: { '*': 'Message' },
    options: {},
    create: () => body,
  }
}
