/** Before every body: a zero byte and the schema id, big endian (Confluent wire format). */
export const headerBytes = 5

export function writeHeader(buffer: Buffer, at: number, schemaId: number): void {
  buffer[at] = 0
  buffer.writeUInt32BE(schemaId, at + 1)
}
