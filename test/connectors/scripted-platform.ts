import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/** What the platform does with the next request: answers, cuts the connection, or stays silent. */
export type Script =
  | {
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      /** A text goes out as it is, anything else as JSON. */
      readonly body: unknown
    }
  | 'reset'
  | 'silent'

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

export interface ScriptedPlatform {
  readonly url: string
  readonly requests: readonly SeenRequest[]
  /** Scripts for the next requests, in order. A request without one is a fault of the test and gets 599. */
  script(...scripts: readonly Script[]): void
  /** Resolves when the next request has been read whole. */
  arrival(): Promise<SeenRequest>
}

/** A real HTTP server on a free port of this machine, closed after the test. */
export async function scriptedPlatform(t: TestContext): Promise<ScriptedPlatform> {
  const queue: Script[] = []
  const requests: SeenRequest[] = []
  let waiting: ((request: SeenRequest) => void)[] = []

  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const request = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks),
      }
      requests.push(request)
      const script = queue.shift() ?? { status: 599, body: 'no script' }
      if (script === 'reset') incoming.socket.resetAndDestroy()
      else if (script !== 'silent') {
        const text = typeof script.body === 'string' ? script.body : JSON.stringify(script.body)
        response.writeHead(script.status, { 'content-type': 'application/json', ...script.headers })
        response.end(text)
      }
      for (const resolve of waiting) resolve(request)
      waiting = []
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })

  // A server that listens on a port has an AddressInfo.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    script: (...scripts) => void queue.push(...scripts),
    arrival: () => new Promise((resolve) => waiting.push(resolve)),
  }
}

/** The URL of a port on which nobody listens. */
export async function deadUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}
