import { request } from 'undici'

export interface SseEvent {
  readonly id: string
  readonly event: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events field by field.
  readonly data: any
}

/** A reader of server-sent events that keeps to the standard, one event at a time. */
export interface SseReader {
  readonly status: number
  /** The next event with data; undefined when the stream has ended. */
  next(): Promise<SseEvent | undefined>
  take(count: number): Promise<readonly SseEvent[]>
  /** The last id seen, as a browser would send it when it opens again. */
  lastId(): string
  close(): void
}

export async function openSse(
  url: string,
  key: string,
  headers: Record<string, string> = {},
): Promise<SseReader> {
  const answer = await request(url, {
    headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream', ...headers },
    bodyTimeout: 0,
  })
  const { body } = answer
  body.on('error', () => {}) // closing early is how readers leave
  const chunks = body[Symbol.asyncIterator]()
  let text = ''
  let id = ''

  async function block(): Promise<string | undefined> {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const found = text.slice(0, end)
        text = text.slice(end + 2)
        return found
      }
      const { value, done } = await chunks.next().catch(() => ({ value: undefined, done: true }))
      if (done) return undefined
      text += String(value)
    }
  }

  async function next(): Promise<SseEvent | undefined> {
    for (;;) {
      const found = await block()
      if (found === undefined) return undefined
      const fields = new Map(
        found.split('\n').map((line) => {
          const colon = line.indexOf(': ')
          return [line.slice(0, colon), line.slice(colon + 2)]
        }),
      )
      id = fields.get('id') ?? id
      const data = fields.get('data')
      if (data === undefined) continue
      return { id, event: fields.get('event') ?? 'message', data: JSON.parse(data) }
    }
  }

  return {
    status: answer.statusCode,
    next,
    async take(count) {
      const events: SseEvent[] = []
      while (events.length < count) {
        const event = await next()
        if (event === undefined) break
        events.push(event)
      }
      return events
    },
    lastId: () => id,
    close: () => body.destroy(),
  }
}
