import type { AvroName } from '../contract/stage.ts'

/** Values to and from bytes in Confluent wire format: a zero byte, the schema id (4 bytes, big endian), the Avro body. */
export interface Codec {
  /** Copies out of a shared buffer: the answer is the caller's. Throws C4A_RECORD_UNENCODABLE, naming the field. */
  encode(type: AvroName, value: unknown): Uint8Array
  /** The same bytes in a buffer of the caller's, from `at` on. Answers where they end: beyond the buffer where there is too little room, and then not all were written. */
  write(type: AvroName, value: unknown, buffer: Buffer, at: number): number
  /**
   * Reads with the type as this program knows it, whatever version wrote it. Synchronous: a schema id
   * seen for the first time throws C4A_SCHEMA_UNKNOWN (retryable) after `learn` was asked for.
   * Throws C4A_RECORD_UNDECODABLE for bytes that are not of the type.
   */
  decode(type: AvroName, bytes: Uint8Array): unknown
  /** Fetches the writer schemas behind these bytes that are not known yet; one request each, however many ask. */
  learn(type: AvroName, bytes: readonly Uint8Array[]): Promise<void>
  /**
   * Fetches the writer schemas that `decode` has asked for and that are not known yet. For bytes inside a
   * record (a message's content), which only the stage that reads them sees. Throws C4A_REGISTRY_UNREACHABLE.
   */
  learnPending(): Promise<void>
}
