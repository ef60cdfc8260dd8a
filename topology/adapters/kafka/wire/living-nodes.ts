import type { WireRequest } from './kafka-node.ts'
import { wireRequest } from './wire-request.ts'

/** Whoever does not answer so small a question in this time is of no use for it. */
const withinMs = 1_000

/**
 * Which brokers the controllers count as there, by a broker's own account. Metadata, version 5, of no topic: kafkajs
 * cannot ask for none, and of all topics it is a long answer.
 */
export function livingNodes(): WireRequest<ReadonlySet<string>> {
  return wireRequest(
    { key: 3, version: 5, name: 'Metadata' },
    withinMs,
    (out) => {
      out.int32(0)
      out.int8(0) // make none
    },
    (answer) => {
      answer.int32() // throttle time
      const ids = answer.array(() => {
        const id = answer.int32()
        answer.string() // host
        answer.int32() // port
        answer.string() // rack
        return String(id)
      })
      return new Set(ids)
    },
  )
}
