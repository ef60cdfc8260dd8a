import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2'
import type { TestContext } from 'node:test'

/** What came back, headers and trailers in one. */
export interface RawAnswer {
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface RawCall {
  readonly answer: Promise<RawAnswer>
  write(chunk: Uint8Array): void
  end(chunk?: Uint8Array): void
}

/** A client that speaks HTTP/2 and knows nothing of gRPC, to say what no gRPC client would. */
export function rawClient(t: TestContext, port: number) {
  const session: ClientHttp2Session = connect(`http://127.0.0.1:${port}`)
  session.on('error', () => {})
  t.after(() => session.destroy())

  return {
    session,
    call(method: string, headers: Readonly<Record<string, string>> = {}): RawCall {
      const stream = session.request({
        ':method': 'POST',
        ':path': `/test.Test/${method}`,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...headers,
      })
      const answer = new Promise<RawAnswer>((resolve, reject) => {
        let seen: IncomingHttpHeaders = {}
        const chunks: Buffer[] = []
        stream.on('response', (head) => {
          seen = { ...head }
        })
        stream.on('trailers', (trailers) => {
          seen = { ...seen, ...trailers }
        })
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('error', reject)
        stream.on('close', () => resolve({ headers: seen, body: Buffer.concat(chunks) }))
      })
      return {
        answer,
        write: (chunk) => void stream.write(chunk),
        end: (chunk) => void stream.end(chunk),
      }
    },
  }
}

/** A message with its prefix, of JSON or of any bytes. */
export function prefixed(message: object | Buffer, flag = 0): Buffer {
  const bytes = Buffer.isBuffer(message) ? message : Buffer.from(JSON.stringify(message))
  const head = Buffer.alloc(5)
  head[0] = flag
  head.writeUInt32BE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}
