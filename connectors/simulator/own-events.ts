import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { type Exchange, isObject } from './exchange.ts'
import type { HubAccess } from './hub-calls.ts'

/** Of these a person's page hears where they are about what that person wrote. */
const theirs = /^(message\.(received|rejected)|delivery\.(sent|delivered|read|failed))$/
/** After these it asks again which conversations there are. */
const others = /^conversation\.(created|joined|left)$/

/**
 * Passes on what the client's feed says that concerns one person: the page's `after`, or what its browser remembers, is
 * a cursor of that feed, so nothing is missed however often it comes again.
 */
export async function ownEvents(
  { url, key }: HubAccess,
  { headers, query, response, json }: Exchange,
  participantId: string,
): Promise<void> {
  const last = headers['last-event-id']
  const after = typeof last === 'string' && last !== '' ? last : (query.get('after') ?? 'now')
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  try {
    const answer = await fetch(`${url}/v1/stream?after=${encodeURIComponent(after)}`, {
      headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream' },
      signal: gone.signal,
    })
    if (!answer.ok || !answer.body) return json(answer.status, await answer.json())
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write('retry: 1000\n\n')
    for await (const line of createInterface({ input: Readable.fromWeb(answer.body) })) {
      // The place moves on with every event, also with those of others.
      const passes = !line.startsWith('data:') || concerns(line.slice(5), participantId)
      if (passes && !line.startsWith('event:')) response.write(`${line}\n`)
    }
    response.end()
  } catch (error) {
    if (!gone.signal.aborted) response.destroy(error instanceof Error ? error : undefined)
  }
}

/** Ids of messages in the app name their writer: docs/in-app.md. */
function concerns(data: string, participantId: string): boolean {
  const event: unknown = JSON.parse(data)
  if (!isObject(event)) return false
  const { type, messageId } = event
  if (typeof type !== 'string') return false
  if (others.test(type)) return true
  return (
    typeof messageId === 'string' && theirs.test(type) && messageId.includes(`:${participantId}.`)
  )
}
