import { createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { answerParent } from '../harness/answer-parent.ts'

/** The baseline of P4: bare `node:http2` that takes a body whole and answers some bytes. No gRPC, no decoding. */
const answer = Buffer.alloc(120, 1)
const server = createServer()
server.on('stream', (stream) => {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.on('end', () => {
    Buffer.concat(chunks)
    if (stream.destroyed) return // the generator hangs up in the middle of a call when its time is over
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
    stream.end(answer)
  })
  stream.on('error', () => {}) // it hung up
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  answerParent({ grpcPort: port }, () => {
    server.close()
  })
})
