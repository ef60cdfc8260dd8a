import { ByteReader } from '../records/byte-reader.ts'
import { ByteWriter } from '../records/byte-writer.ts'
import type { WireRequest } from './kafka-node.ts'

/** A request in Kafka's protocol that kafkajs does not have, or has slower or poorer. */
export function wireRequest<Answer>(
  api: { readonly key: number; readonly version: number; readonly name: string },
  requestTimeoutMs: number,
  write: (out: ByteWriter) => void,
  read: (answer: ByteReader) => Answer,
): WireRequest<Answer> {
  return {
    request: {
      apiKey: api.key,
      apiVersion: api.version,
      apiName: api.name,
      async encode() {
        const out = new ByteWriter(1024)
        write(out)
        // kafkajs takes what looks like its own Encoder.
        return { buf: out.view(), buffer: out.view() }
      },
    },
    response: {
      decode: async (bytes) => read(new ByteReader(bytes)),
      parse: async (answer) => answer,
    },
    requestTimeout: requestTimeoutMs,
  }
}
