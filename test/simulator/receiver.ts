import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly raw: Buffer
  readonly body: unknown
}

/** A hub's webhook endpoint that keeps what it hears. */
export interface Receiver {
  readonly url: string
  readonly port: number
  readonly posts: Received[]
  /** The status that it answers with; 200 unless set. */
  answer: (received: Received) => number
  /** Resolves when `found` is true of what has come so far; rejects after five seconds. */
  until(found: (posts: readonly Received[]) => boolean): Promise<void>
  close(): Promise<void>
}

export async function receiver(port = 0, verifyToken = 'verify'): Promise<Receiver> {
  const posts: Received[] = []
  let woken: (() => void)[] = []
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams
    if (request.method === 'GET') {
      const known = query.get('hub.verify_token') === verifyToken
      response.writeHead(known ? 200 : 403).end(known ? query.get('hub.challenge') : '')
      return
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const raw = Buffer.concat(chunks)
      const received = {
        headers: request.headers,
        raw,
        body: JSON.parse(raw.toString()) as unknown,
      }
      posts.push(received)
      response.writeHead(self.answer(received)).end()
      for (const wake of woken.splice(0)) wake()
    })
  })
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  const bound = (server.address() as AddressInfo).port

  const self: Receiver = {
    url: `http://127.0.0.1:${bound}/hook`,
    port: bound,
    posts,
    answer: () => 200,
    async until(found) {
      const deadline = Date.now() + 5000
      while (!found(posts)) {
        const left = deadline - Date.now()
        if (left <= 0) throw new Error(`waited in vain; heard ${posts.length} posts`)
        await new Promise<void>((done) => {
          const timer = setTimeout(done, left)
          woken.push(() => {
            clearTimeout(timer)
            done()
          })
        })
      }
    },
    async close() {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
      woken = []
    },
  }
  return self
}
