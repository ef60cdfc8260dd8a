import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerParent } from '../harness/answer-parent.ts'

/**
 * The baseline of P1 and P2: bare `node:http`, JSON.parse of the body, a small JSON answer of a fixed form.
 * No routing, no check, no key, nothing kept. A batch answers one status per message, as short as can be.
 */
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString()) as { messages?: unknown[] }
    const answer = body.messages
      ? { accepted: body.messages.length }
      : { messageId: '0192f0c1-aaaa-7bbb-8ccc-000000000000', status: 'accepted' }
    const text = JSON.stringify(answer)
    response.writeHead(202, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    })
    response.end(text)
  })
})
server.keepAliveTimeout = 75_000
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  answerParent({ httpPort: port }, () => {
    server.closeAllConnections()
    server.close()
  })
})
