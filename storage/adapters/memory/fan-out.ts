import type { FanOut, FanOutListener } from '../../ports/fan-out.ts'

/** Fan-out of one process: nothing is ever missed. */
export function memoryFanOut(): FanOut {
  const listeners = new Map<string, Set<FanOutListener>>()
  let closed = false

  return {
    publish(key, bytes) {
      const copy = bytes.slice() // the caller may use its buffer again
      queueMicrotask(() => {
        if (closed) return
        for (const listener of [...(listeners.get(key) ?? [])]) {
          // One of those before may have made it leave.
          if (listeners.get(key)?.has(listener)) listener.told(copy)
        }
      })
    },

    listen(key, listener) {
      // Its own object: a listener may listen twice.
      const own: FanOutListener = { told: (bytes) => listener.told(bytes), missed() {} }
      const all = listeners.get(key) ?? new Set()
      listeners.set(key, all.add(own))
      return {
        ready: Promise.resolve(),
        leave() {
          all.delete(own)
          if (all.size === 0 && listeners.get(key) === all) listeners.delete(key)
        },
      }
    },

    close() {
      closed = true
      listeners.clear()
    },
  }
}
