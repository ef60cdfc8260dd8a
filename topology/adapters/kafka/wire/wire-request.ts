import { ByteReader } from '../records/byte-reader.ts'
import { ByteWriter } from '../records/byte-writer.ts'
import type { WireRequest } from './kafka-node.ts'
import { RequestBody } from './request-body.ts'

const usualBytes = 1024

/** A request in Kafka's protocol that kafkajs does not have, or has slower or poorer; its body is written when it is sent, or was before. */
export function wireRequest<Answer>(
  api: { readonly key: number; readonly version: number; readonly name: string },
  requestTimeoutMs: number,
  body: RequestBody | ((out: ByteWriter) => void),
  read: (answer: ByteReader) => Answer,
): WireRequest<Answer> {
  return {
    request: {
      apiKey: api.key,
      apiVersion: api.version,
      apiName: api.name,
      async encode() {
        if (body instanceof RequestBody) return body
        const out = new ByteWriter(RequestBody.start + usualBytes)
        out.length = RequestBody.start
        body(out)
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
