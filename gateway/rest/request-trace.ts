import type { IncomingMessage } from 'node:http'
import { traceIdOf, traceparentOf } from '../operations/trace.ts'

const trace = Symbol('traceparent')
type Traced = IncomingMessage & { [trace]?: string }

/** The traceparent that came with the request where it is well formed, else one made for it: the same at every call. */
export function traceOfRequest(raw: Traced): string {
  raw[trace] ??= traceparentOf(raw.headers['traceparent'] as string | undefined)
  return raw[trace]
}

/** What the caller calls the request, where that is short and plain, else the id of its trace. */
export function requestIdOf(raw: IncomingMessage): string {
  const given = raw.headers['x-request-id']
  if (typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given)) return given
  return traceIdOf(traceOfRequest(raw))
}
