import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { request } from 'undici'

export interface TakenSms {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly text: string
  readonly reference: string
}

/** The made-up SMS provider: takes messages over HTTP and posts signed events. */
export interface Torpedo {
  readonly url: string
  readonly taken: readonly TakenSms[]
  /** The next message is taken, and the connection cut instead of an answer. */
  cutNext(): void
  post(hook: string, events: readonly object[]): Promise<number>
  close(): void
}

export async function torpedo(token: string, secret: string): Promise<Torpedo> {
  const taken: TakenSms[] = []
  let cuts = 0
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      if (incoming.headers.authorization !== `Bearer ${token}`) {
        response.writeHead(401).end('{"error":{"code":"bad_token","message":"who are you?"}}')
        return
      }
      const id = `sms-${taken.length + 1}`
      taken.push({ id, ...JSON.parse(Buffer.concat(chunks).toString()) })
      if (cuts > 0) {
        cuts -= 1
        incoming.socket.resetAndDestroy()
      } else response.writeHead(201, { 'content-type': 'application/json' }).end(`{"id":"${id}"}`)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on a port has an AddressInfo.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    taken,
    cutNext: () => {
      cuts += 1
    },
    async post(hook, events) {
      const body = JSON.stringify({ account: 'PADARIA', events })
      const proof = createHmac('sha256', secret).update(body).digest('hex')
      const answer = await request(hook, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-torpedo-signature': proof },
        body,
      })
      await answer.body.dump()
      return answer.statusCode
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
