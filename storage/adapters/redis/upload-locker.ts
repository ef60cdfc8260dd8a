import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ERRORS, type Lock, type Locker, type RequestRelease } from '@tus/utils'
import type { Redis } from 'ioredis'
import { redisError } from './redis-error.ts'

export interface UploadLockerOptions {
  /** A lock whose holder says nothing for so long is free. */
  readonly leaseMs?: number
  /** How often a holder says that it is there, and looks whether another waits. */
  readonly beatMs?: number
  /** How long one waits for a lock. */
  readonly timeoutMs?: number
}

/** -1: not ours any more; 1: ours, and another waits for it; 0: ours. */
const beatScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('EXISTS', KEYS[2])`

const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1], KEYS[2]) end`

/**
 * Locks of all processes that share a Redis. A holder that loses its lock, because it or Redis was away for longer than a lease, is asked
 * to stop at once. What two may have written in that moment is found when the upload is whole, if its sender said its SHA-256.
 */
export function redisUploadLocker(redis: Redis, options: UploadLockerOptions = {}): Locker {
  const { leaseMs = 15_000, beatMs = 1_000, timeoutMs = 30_000 } = options

  async function asking<Answer>(work: Promise<Answer>): Promise<Answer> {
    try {
      return await work
    } catch (error) {
      throw redisError(error, redis)
    }
  }

  function newLock(id: string): Lock {
    const key = `c4a:upload:${id}`
    const wanted = `${key}:wanted`
    const token = randomUUID()
    let beat: NodeJS.Timeout | undefined

    function holdOn(requestRelease: RequestRelease): void {
      let heardMs = performance.now()
      beat = setInterval(async () => {
        try {
          const said = await redis.eval(beatScript, 2, key, wanted, token, leaseMs)
          heardMs = performance.now()
          if (said !== 0) await requestRelease()
        } catch {
          // Redis is away: the lock is held for as long as nobody else can have it.
          if (performance.now() - heardMs > leaseMs / 2) await requestRelease()
        }
      }, beatMs)
      beat.unref()
    }

    return {
      async lock(signal, requestRelease) {
        const untilMs = performance.now() + timeoutMs
        while ((await asking(redis.set(key, token, 'PX', leaseMs, 'NX'))) === null) {
          if (signal.aborted || performance.now() > untilMs) throw ERRORS.ERR_LOCK_TIMEOUT
          await asking(redis.set(wanted, '1', 'PX', 3 * beatMs))
          await sleep(Math.min(200, beatMs))
        }
        holdOn(requestRelease)
      },

      async unlock() {
        clearInterval(beat)
        // Where Redis is away the lease ends by itself.
        await redis.eval(releaseScript, 2, key, wanted, token).catch(() => {})
      },
    }
  }

  return { newLock }
}
