import { once } from 'node:events'
import WebSocket from 'ws'
import { until } from '../until.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into frames field by field.
type Any = any

/** A person's program, as simple as it can be. */
export interface PersonSocketClient {
  readonly ws: WebSocket
  readonly frames: readonly Any[]
  /** What it was shown, in order. */
  items(): readonly Any[]
  /** The newest place that it was told. */
  cursor(): string
  say(frame: unknown): void
  /** Waits for a frame of which this is true, among those that came. */
  heard(holds: (frame: Any) => boolean): Promise<Any>
  /** The code of its end. */
  readonly closed: Promise<number>
}

export interface SocketOptions {
  readonly after?: string
  /** As a browser does it: in the list of subprotocols. */
  readonly asBrowser?: boolean
}

/** Connects; rejects with the status where it was refused. */
export async function personSocket(
  port: number,
  token: string,
  { after, asBrowser = false }: SocketOptions = {},
): Promise<PersonSocketClient> {
  const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`
  const url = `ws://127.0.0.1:${port}/v1/in-app/socket${query}`
  const ws = asBrowser
    ? new WebSocket(url, ['chat4all.v1', `bearer.${token}`])
    : new WebSocket(url, 'chat4all.v1', { headers: { authorization: `Bearer ${token}` } })
  const frames: Any[] = []
  ws.on('message', (data) => frames.push(JSON.parse(String(data))))
  const closed = new Promise<number>((resolve) => ws.once('close', resolve))
  const refused = once(ws, 'unexpected-response').then(([, response]) => {
    throw new Error(`refused with ${response.statusCode}`)
  })
  await Promise.race([once(ws, 'open'), refused])
  refused.catch(() => {})
  return {
    ws,
    frames,
    closed,
    items: () => frames.filter(({ type }) => type === 'item'),
    cursor: () => frames.findLast(({ cursor }) => cursor !== undefined)?.cursor,
    say: (frame) => ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    async heard(holds) {
      await until('the frame is there', () => frames.some(holds))
      return frames.find(holds)
    },
  }
}
