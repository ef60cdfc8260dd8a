import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { InAppItem } from '../../schemas/types.ts'
import type { InAppOperations } from '../operations/in-app.ts'
import { asChat4AllError } from '../rest/problem.ts'
import { type FrameAnswer, FrameTaker } from './frame-taker.ts'
import type { ItemJson } from './item-json.ts'
import type { Person } from './person.ts'
import type { PersonStream, PersonStreamEnd, PersonStreams } from './person-streams.ts'
import { type Hint, Watches, type WatchTools } from './watches.ts'

export interface SocketTools extends WatchTools {
  readonly streams: PersonStreams
  readonly operations: Pick<InAppOperations, 'bearer' | 'frame' | 'take'>
  readonly itemJson: (item: InAppItem) => ItemJson
}

/** Beyond the registered codes 4000 to 4999 are ours (RFC 6455, section 7.4.2). */
const endings: Readonly<
  Record<Exclude<PersonStreamEnd, 'stalled'>, readonly [code: number, reason: string]>
> = {
  left: [1000, 'goodbye'],
  shutdown: [1001, 'the hub is stopping: come again, from your cursor'],
  expired: [4001, 'the token has ended: come again with another, from your cursor'],
  failed: [1011, 'something went wrong: come again, from your cursor'],
}

/** One socket of one person: what is for them goes out, what they say is taken. */
export class PersonSocket {
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>
  readonly #ws: WebSocket
  readonly #stream: PersonStream
  readonly #watches: Watches
  /** Undefined before the first beat was sent. */
  #sentCursor: string | undefined
  #isAlive = true

  constructor(
    ws: WebSocket,
    connection: Duplex,
    person: Person,
    after: string,
    tools: SocketTools,
  ) {
    const { streams, operations, itemJson } = tools
    this.#ws = ws
    this.closed = new Promise((resolve) => ws.once('close', () => resolve()))
    const watches = new Watches(person, tools, (hint) => {
      // A reader that is slow has no use for what is over.
      if (!connection.writableNeedDrain) this.#send(hint)
    })
    this.#watches = watches
    const taker = new FrameTaker(person, {
      operations,
      answer: (answer) => {
        this.#send(answer)
        // Who sends and reads no answers is not read either.
        if (!connection.writableNeedDrain || holds.has('answers')) return
        hold('answers', true)
        connection.once('drain', () => hold('answers', false))
      },
      async hint({ type, conversationId }) {
        if (type === 'watch') await watches.watch(conversationId)
        else if (type === 'unwatch') watches.unwatch(conversationId)
        else watches.typing(conversationId)
      },
      full: (isFull) => hold('frames', isFull),
    })
    const holds = new Set<'answers' | 'frames'>()
    const hold = (why: 'answers' | 'frames', isOn: boolean) => {
      if (isOn) holds.add(why)
      else holds.delete(why)
      if (holds.size > 0) ws.pause()
      else ws.resume()
    }
    ws.on('message', (data, isBinary) => {
      if (isBinary) ws.close(1003, 'frames are JSON texts')
      else taker.hear(String(data))
    })
    ws.on('pong', () => {
      this.#isAlive = true
    })
    // `close` follows, and says all there is to know.
    ws.on('error', () => {})
    this.#stream = open()
    ws.once('close', () => {
      this.#stream.leave()
      watches.close()
    })
    void this.#stream.ended.then(({ why, error }) => this.#end(why, error))

    function open(): PersonStream {
      try {
        return streams.open('socket', person, after, {
          begin: (cursor) => {
            const { participantId, address } = person
            ws.send(JSON.stringify({ type: 'ready', cursor, participantId, address }))
          },
          write(item, cursor) {
            ws.send(JSON.stringify({ type: 'item', cursor, ...itemJson(item) }))
            return !connection.writableNeedDrain
          },
          drained: () => new Promise((resolve) => connection.once('drain', resolve)),
        })
      } catch (error) {
        const ended = Promise.resolve({ why: 'failed', error } as const)
        return { ended, leave: () => {}, cursor: () => undefined }
      }
    }
  }

  /** Every `pingMs`: who did not answer the last ping is gone. Moves the place on, too, so that who hears little resumes from near. */
  beat(): void {
    if (!this.#isAlive) {
      this.#ws.terminate()
      return
    }
    this.#isAlive = false
    this.#ws.ping()
    this.#watches.beat()
    const cursor = this.#stream.cursor()
    if (cursor === undefined || cursor === this.#sentCursor) return
    this.#sentCursor = cursor
    this.#send({ type: 'cursor', cursor })
  }

  cut(): void {
    this.#ws.terminate()
  }

  #send(frame: FrameAnswer | Hint | { readonly type: 'cursor'; readonly cursor: string }): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.send(JSON.stringify(frame))
  }

  #end(why: PersonStreamEnd, error: unknown): void {
    if (error !== undefined) {
      const { code, message, retryable } = asChat4AllError(error)
      this.#send({ type: 'failed', code, detail: message, retryable })
      if (code === 'C4A_CURSOR_EXPIRED' || code === 'C4A_BAD_REQUEST') {
        this.#ws.close(4010, 'the cursor is not good')
        return
      }
    }
    // A reader that takes nothing would never see a goodbye.
    if (why === 'stalled') this.#ws.terminate()
    else this.#ws.close(...endings[why])
  }
}
