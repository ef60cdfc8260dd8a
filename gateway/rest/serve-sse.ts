import type { FastifyReply } from 'fastify'
import type { Caller } from '../auth/caller.ts'
import type { StreamSink } from '../events/event-stream.ts'
import type { EventStreams } from '../events/event-streams.ts'

/**
 * Serves one live stream as server-sent events. The head goes out with the first thing to say, so
 * that a cursor that is none is still answered with a problem.
 */
export async function serveSse(
  streams: EventStreams,
  caller: Caller,
  after: string,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { raw } = reply
  let begun = false

  function begin(): void {
    if (begun) return
    begun = true
    reply.hijack()
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'close',
      'x-request-id': reply.request.id,
      // nginx would hold the events back to fill its buffers.
      'x-accel-buffering': 'no',
    })
    raw.write('retry: 2000\n\n')
  }

  const sink: StreamSink = {
    begin,
    write: (event, cursor) => raw.write(`id: ${cursor}\ndata: ${JSON.stringify(event)}\n\n`),
    // An id without data moves the reader's place on and shows it nothing.
    heartbeat: (cursor) => raw.write(`: alive\nid: ${cursor}\n\n`),
    drained: () => new Promise((resolve) => raw.once('drain', resolve)),
  }
  const stream = streams.open('sse', caller, after, sink)
  raw.on('close', stream.leave)
  const { why, error } = await stream.ended
  if (!begun) {
    if (why === 'left') return reply.hijack()
    throw error
  }
  // A reader that takes nothing would never see an end: its connection is cut.
  if (why === 'stalled' || why === 'left') raw.destroy()
  else raw.end(`event: closed\ndata: ${JSON.stringify({ reason: why })}\n\n`)
  return reply
}
