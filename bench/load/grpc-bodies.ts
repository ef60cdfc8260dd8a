import { loadProtos } from '../../gateway/grpc/load-protos.ts'
import { sendBody } from './send-bodies.ts'

const { messages } = loadProtos()

/** Bodies of `Send`, each in base64 with gRPC's prefix. */
export const unaryBodies = (count = 2_000): readonly string[] =>
  Array.from({ length: count }, (_, n) => prefixed('Send', sendBody(n)).toString('base64'))

/** Bodies of `SendStream`: each all messages of one stream, one after another. */
export const streamBodies = (size: number, count = 10): readonly string[] =>
  Array.from({ length: count }, (_, nth) =>
    Buffer.concat(
      Array.from({ length: size }, (_, n) => prefixed('SendStream', sendBody(nth * size + n))),
    ).toString('base64'),
  )

/** One zero byte (not compressed), the length, the message. */
function prefixed(method: 'Send' | 'SendStream', body: object): Buffer {
  const message = messages[method]?.requestSerialize(body) ?? Buffer.alloc(0)
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}
