import { ByteReader } from '../records/byte-reader.ts'
import { ByteWriter } from '../records/byte-writer.ts'
import type { WireRequest } from './kafka-node.ts'
import { RequestBody } from './request-body.ts'

const usualBytes = 1024

/** A request in Kafka's protocol that kafkajs does not have, or has slower or poorer. `bodyBytes`: about so long. */
export function wireRequest<Answer>(
  api: { readonly key: number; readonly version: number; readonly name: string },
  requestTimeoutMs: number,
  write: (out: ByteWriter) => void,
  read: (answer: ByteReader) => Answer,
  bodyBytes = usualBytes,
): WireRequest<Answer> {
  return {
    request: {
      apiKey: api.key,
      apiVersion: api.version,
      apiName: api.name,
      async encode() {
        const out = new ByteWriter(RequestBody.start + bodyBytes)
        out.length = RequestBody.start
        write(out)
        return new RequestBody(out.view())
      },
    },
    response: {
      decode: async (bytes) => read(new ByteReader(bytes)),
      parse: async (answer) => answer,
    },
    requestTimeout: requestTimeoutMs,
  }
}
