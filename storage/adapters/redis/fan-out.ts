import type { Redis } from 'ioredis'
import type { FanOut, FanOutListener } from '../../ports/fan-out.ts'
import { Listeners } from './listeners.ts'
import { redisError } from './redis-error.ts'

export interface FanOutSettings {
  /** Told why, for each publication that is dropped, and when nothing can be heard any more. */
  readonly report: (why: unknown) => void
  /** How often the listening connection is tried, so that one that hangs is noticed; 2,000 ms unless told otherwise. */
  readonly probeEveryMs?: number
  /** What may be on its way to Redis at once; more is dropped. 1,000 unless told otherwise. */
  readonly maxPending?: number
}

/**
 * Fan-out through Redis's sharded pub/sub (SPUBLISH, SSUBSCRIBE: Redis 7). A key is a channel, so a process
 * gets what it listens to and nothing else. While Redis is away nothing is told, and listeners hear
 * that they missed something when it is back. Opens a connection of its own beside `redis`, to listen on.
 */
export function redisFanOut(redis: Redis, settings: FanOutSettings): FanOut {
  const { report, probeEveryMs = 2_000, maxPending = 1_000 } = settings
  const listeners = new Listeners(redis, probeEveryMs, report)
  let pending = 0
  let closed = false

  async function tell(key: string, bytes: Uint8Array): Promise<void> {
    pending += 1
    try {
      await redis.spublish(channelOf(key), Buffer.from(bytes)) // a copy
    } catch (error) {
      if (!closed) report(redisError(error, redis))
    } finally {
      pending -= 1
    }
  }

  return {
    publish(key, bytes) {
      if (closed) return
      if (pending < maxPending) void tell(key, bytes)
      else report(new Error(`${maxPending} publications are on their way already`))
    },
    listen: (key: string, listener: FanOutListener) => listeners.add(channelOf(key), listener),
    close() {
      closed = true
      listeners.close()
    },
  }
}

const channelOf = (key: string): string => `c4a:tell:${key}`
