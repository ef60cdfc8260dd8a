import type { Headers, Position } from '../contract/record.ts'
import type { AvroName, Input, PortTypes } from '../contract/stage.ts'

/** An input on its way through the fused steps of a unit. A stage sees what its `Input` tells of it. */
export type Item = Input<PortTypes> & {
  readonly type: AvroName
  /** Null on an inline edge: the value was never bytes. */
  readonly bytes: Uint8Array | null
}

/** One object for each record and step where something changes: all of one shape. */
export function itemOf(
  port: string,
  type: AvroName,
  value: unknown,
  bytes: Uint8Array | null,
  key: string,
  headers: Headers,
  timestampMs: number,
  position: Position,
): Item {
  // The codec decoded it as `type`, and the check has matched the type with the port.
  return { port, key, value, headers, timestampMs, position, type, bytes } as Item
}
