import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

let mended = false

/**
 * kafkajs 2.2.4 is the last of its line, so two of its faults are mended from here, once for the process:
 *
 * - After each answer it sets a timer of some minus 1.7 * 10^12 milliseconds, which Node 24 warns about every time
 *   (tulios/kafkajs#1751): the timer is needed only while requests wait or the broker throttles.
 * - It throws the whole of a metadata answer away when one partition has no leader, or one topic is gone
 *   (`parse` in metadata/v0/response.js), so that one lost partition would stop all others. The answer names the
 *   errors by itself; `Connection` looks at them topic by topic.
 */
export function mendKafkajs(): void {
  if (mended) return
  mended = true
  const queue = prototypeOf(require('kafkajs/src/network/requestQueue/index.js'))
  const schedule = queue['scheduleCheckPendingRequests']
  if (typeof schedule !== 'function') throw notAsPinned('RequestQueue')
  queue['scheduleCheckPendingRequests'] = function (this: unknown) {
    if (isQueue(this) && this.pending.length === 0 && this.throttledUntil < Date.now()) return
    schedule.call(this)
  }
  for (const version of [5, 6]) {
    const response: unknown = require(
      `kafkajs/src/protocol/requests/metadata/v${version}/response.js`,
    )
    if (!isObject(response) || typeof response['parse'] !== 'function')
      throw notAsPinned('Metadata')
    response['parse'] = async (answer: unknown) => answer
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function prototypeOf(made: unknown): Record<string, unknown> {
  const prototype = typeof made === 'function' ? made.prototype : undefined
  if (!isObject(prototype)) throw notAsPinned('RequestQueue')
  return prototype
}

interface Queue {
  readonly pending: readonly unknown[]
  readonly throttledUntil: number
}

function isQueue(value: unknown): value is Queue {
  return (
    isObject(value) &&
    Array.isArray(value['pending']) &&
    typeof value['throttledUntil'] === 'number'
  )
}

function notAsPinned(part: string): Error {
  return new Error(`kafkajs is not 2.2.4: its ${part} has another shape than what is mended here`)
}
