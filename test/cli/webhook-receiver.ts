import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

/** One webhook that came, its signature found good. */
export interface Received {
  readonly id: string
  readonly event: { readonly eventId: string; readonly type: string; readonly messageId?: string }
}

/** A client's endpoint, as the documentation shows one: the standard library judges every request. */
export class WebhookReceiver {
  readonly received: Received[] = []
  /** What the library said about requests that it refused. */
  readonly refused: string[] = []
  /** Answered to good requests; null leaves them hanging. */
  status: number | null = 200
  /** Any of these may have signed. */
  secrets: readonly string[] = []
  readonly #hanging = new Set<ServerResponse>()
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const status = this.#take(body, request.headers as Record<string, string>)
      if (status === null) this.#hanging.add(response)
      else response.writeHead(status).end()
    })
  })
  #port = 0

  get url(): string {
    return `http://127.0.0.1:${this.#port}/events?token=t`
  }

  /** On the port it had before, if any. */
  async open(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  #take(body: string, headers: Readonly<Record<string, string>>): number | null {
    for (const secret of this.secrets) {
      try {
        const event = new Webhook(secret).verify(body, headers) as Received['event']
        this.received.push({ id: headers['webhook-id'] ?? '', event })
        return this.status
      } catch (error) {
        this.refused.push(String(error))
      }
    }
    return 401
  }
}
