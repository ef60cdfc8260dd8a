import type pino from 'pino'
import { stageTypes } from '../../stages/index.ts'
import type { StageTools } from '../../stages/tools.ts'
import { isRetryable } from '../../topology/contract/errors.ts'
import type { Position, StoredRecord } from '../../topology/contract/record.ts'
import type { AvroName, BatchEffect, Input, PortTypes } from '../../topology/contract/stage.ts'
import { derivedNames, type Pipeline } from '../../topology/pipeline/model.ts'
import type { Broker } from '../../topology/ports/broker.ts'
import type { Codec } from '../../topology/ports/codec.ts'

export interface RebuildOptions {
  readonly pipeline: Pipeline
  /** The stage that writes the tables. */
  readonly stageId: string
  readonly tools: StageTools
  readonly broker: Broker
  readonly codec: Codec
  readonly log: pino.Logger
}

/**
 * Applies again what the stage has finished before, so that new tables hold what the lost ones held. What it
 * emits is dropped: clients were told already. Records beyond its committed offsets are left to the stage.
 * Inputs are taken in the order in which the stage names them, messages before what became of them.
 */
export async function rebuildTables(options: RebuildOptions): Promise<void> {
  const { pipeline, stageId, tools, broker, log } = options
  const stage = pipeline.stages[stageId]
  const committed = await broker.committed(derivedNames.group(pipeline.name, stageId))
  if (!stage || committed.length === 0) return
  const { id, settings } = stage
  const type = stageTypes['status-update']
  const made = type.create({ id, settings, outputs: Object.keys(stage.outputs), tools })
  // Its ports' types are matched with the topics by the check.
  const body = made as BatchEffect<PortTypes, PortTypes>
  let records = 0
  for (const [port, edges] of Object.entries(stage.inputs)) {
    for (const { topic } of edges) {
      const value = pipeline.topics[topic]?.value as AvroName
      for (const end of committed.filter((each) => each.topic === topic)) {
        records += await replay(
          end,
          (read) => inputsOf(read, port, value, options.codec),
          body,
          broker,
        )
      }
    }
  }
  log.info({ records }, 'the tables were filled again from the log')
}

async function replay(
  end: Position,
  inputs: (records: readonly StoredRecord[]) => Promise<readonly Input<PortTypes>[]>,
  body: BatchEffect<PortTypes, PortTypes>,
  broker: Broker,
): Promise<number> {
  const { topic, partition } = end
  const ends = (await broker.ends(topic)).find((each) => each.partition === partition)
  let count = 0
  for (let offset = ends?.earliest ?? 0; offset < end.offset; ) {
    const maxRecords = Math.min(500, end.offset - offset)
    const records = await broker.read({ topic, partition, offset }, { maxRecords, maxWaitMs: 0 })
    const last = records.at(-1)
    if (!last) break
    await body.act(await inputs(records), { nowMs: last.timestampMs })
    count += records.length
    offset = last.offset + 1
  }
  return count
}

async function inputsOf(
  records: readonly StoredRecord[],
  port: string,
  type: AvroName,
  codec: Codec,
): Promise<readonly Input<PortTypes>[]> {
  await codec.learn(
    type,
    records.flatMap(({ value }) => value ?? []),
  )
  return records.flatMap((record) => {
    const { key, headers, timestampMs, value: bytes } = record
    if (!bytes) return []
    try {
      const value = codec.decode(type, bytes)
      return [{ port, key, value, headers, timestampMs, position: record } as Input<PortTypes>]
    } catch (error) {
      // What nothing can read the stage has buried before: a rebuild does not stop at it.
      if (isRetryable(error)) throw error
      return []
    }
  })
}
