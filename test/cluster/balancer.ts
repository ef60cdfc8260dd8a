import { connect, createServer, type Server, type Socket } from 'node:net'
import { request } from 'undici'

export interface Backend {
  readonly port: number
  /** Where GET /ready is asked. */
  readonly httpPort: number
}

const lookEveryMs = 100
/** A backend that gives no answer is taken for gone after so many looks; one that says that it is not ready, at once. */
const silentLooks = 5

/** A load balancer as simple as they come: each new connection goes to the next backend that says it is ready. */
export class Balancer {
  readonly #backends: readonly Backend[]
  readonly #ready = new Set<Backend>()
  readonly #silent = new Map<Backend, number>()
  #looking = false
  readonly #sockets = new Set<Socket>()
  readonly #server: Server
  readonly #timer: NodeJS.Timeout
  #turn = 0

  private constructor(backends: readonly Backend[]) {
    this.#backends = backends
    this.#server = createServer((client) => this.#join(client))
    this.#timer = setInterval(() => void this.#look(), lookEveryMs)
  }

  static async open(port: number, backends: readonly Backend[]): Promise<Balancer> {
    const balancer = new Balancer(backends)
    await new Promise<void>((resolve, reject) => {
      balancer.#server.once('error', reject)
      balancer.#server.listen(port, '127.0.0.1', resolve)
    })
    await balancer.#look()
    return balancer
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    await Promise.all(this.#backends.map((backend) => this.#ask(backend)))
    this.#looking = false
  }

  async #ask(backend: Backend): Promise<void> {
    const status = await readiness(backend)
    const silent = status === undefined ? (this.#silent.get(backend) ?? 0) + 1 : 0
    this.#silent.set(backend, silent)
    if (status === 200) this.#ready.add(backend)
    else if (status !== undefined || silent >= silentLooks) this.#ready.delete(backend)
  }

  #join(client: Socket): void {
    const ready = this.#backends.filter((backend) => this.#ready.has(backend))
    const backend = ready[this.#turn++ % Math.max(1, ready.length)]
    if (!backend) {
      client.destroy()
      return
    }
    const server = connect(backend.port, '127.0.0.1')
    // Nobody listens there any more: the next one who comes goes elsewhere.
    server.once('error', () => this.#ready.delete(backend))
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one)
      one.on('error', () => {}) // the close that follows ends the other side, too
      one.on('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  }
}

/** The status of GET /ready; undefined where none comes. */
async function readiness({ httpPort }: Backend): Promise<number | undefined> {
  try {
    const bound = { headersTimeout: 1_000, bodyTimeout: 1_000, reset: true }
    const { statusCode, body } = await request(`http://127.0.0.1:${httpPort}/ready`, bound)
    await body.dump()
    return statusCode
  } catch {
    return undefined
  }
}
