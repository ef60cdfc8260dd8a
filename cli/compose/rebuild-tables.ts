import type pino from 'pino'
import { directory } from '../../stages/directory.ts'
import { statusUpdate } from '../../stages/status-update.ts'
import type { StageTools } from '../../stages/tools.ts'
import { isRetryable } from '../../topology/contract/errors.ts'
import type { Position, StoredRecord } from '../../topology/contract/record.ts'
import type { AvroName, BatchEffect, Input, PortTypes } from '../../topology/contract/stage.ts'
import { derivedNames, type Pipeline, type Stage } from '../../topology/pipeline/model.ts'
import type { Broker } from '../../topology/ports/broker.ts'
import type { Codec } from '../../topology/ports/codec.ts'

export interface RebuildOptions {
  readonly pipeline: Pipeline
  readonly tools: Pick<StageTools, 'history' | 'directory' | 'people' | 'ledger' | 'content'>
  readonly broker: Broker
  readonly codec: Codec
  readonly log: pino.Logger
}

/** The stage types that write tables. */
const writers = { directory, 'status-update': statusUpdate } as const

/**
 * Applies again what the stages have finished that write tables, so that new tables hold what the lost ones held.
 * What they emit is dropped: clients were told already. Records beyond their committed offsets are left to them.
 */
export async function rebuildTables(options: RebuildOptions): Promise<void> {
  let records = 0
  for (const [use, type] of Object.entries(writers)) {
    for (const stage of Object.values(options.pipeline.stages)) {
      if (stage.use !== use) continue
      const { id, settings, outputs } = stage
      const setup = { id, settings, outputs: Object.keys(outputs), tools: options.tools }
      const made: { readonly shape: string } = type.create(setup)
      // Both are batch effects, and their ports' types are matched with the topics by the check.
      const body = made as BatchEffect<PortTypes, PortTypes>
      records += await repeat(stage, body, options)
    }
  }
  if (records > 0) options.log.info({ records }, 'the tables were filled again from the log')
}

/** Inputs are taken in the order in which the stage names them, messages before what became of them. */
async function repeat(
  stage: Stage,
  body: BatchEffect<PortTypes, PortTypes>,
  { pipeline, broker, codec }: RebuildOptions,
): Promise<number> {
  const committed = await broker.committed(derivedNames.group(pipeline.name, stage.id))
  let records = 0
  for (const [port, edges] of Object.entries(stage.inputs)) {
    for (const { topic } of edges) {
      const value = pipeline.topics[topic]?.value as AvroName
      for (const end of committed.filter((each) => each.topic === topic)) {
        records += await replay(end, (read) => inputsOf(read, port, value, codec), body, broker)
      }
    }
  }
  return records
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
