import { ERRORS, type Lock, type Locker, type RequestRelease } from '@tus/utils'

interface Held {
  /** Asks the holder to stop soon. */
  readonly requestRelease: RequestRelease
  readonly waiting: (() => void)[]
}

/**
 * Locks of one process. The tus server's own locker asks again in every turn of the event loop while it waits for one, which
 * takes a whole core for as long as a stalled upload needs to be let go.
 */
export function memoryUploadLocker(timeoutMs = 30_000): Locker {
  const locks = new Map<string, Held>()

  function newLock(id: string): Lock {
    return {
      async lock(signal, requestRelease) {
        const giveUp = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
        for (let held = locks.get(id); held; held = locks.get(id)) {
          await held.requestRelease()
          await freed(held, giveUp)
          if (giveUp.aborted) throw ERRORS.ERR_LOCK_TIMEOUT
        }
        locks.set(id, { requestRelease, waiting: [] })
      },

      async unlock() {
        const held = locks.get(id)
        locks.delete(id)
        for (const wake of held?.waiting ?? []) wake()
      },
    }
  }

  return { newLock }
}

/** Resolves when the lock is let go, or there is no more reason to wait. */
function freed({ waiting }: Held, giveUp: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      giveUp.removeEventListener('abort', wake)
      resolve()
    }
    if (giveUp.aborted) return resolve()
    giveUp.addEventListener('abort', wake)
    waiting.push(wake)
  })
}
