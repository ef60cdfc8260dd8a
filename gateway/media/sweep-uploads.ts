import type { GatewayTools } from '../tools.ts'

type Tools = Pick<GatewayTools, 'uploads' | 'clock' | 'log'>

const everyMs = 3_600_000
/** A piece that was begun in time may still be on its way. */
const graceMs = 3 * 3_600_000

/**
 * Removes what was abandoned, again and again. Every gateway does it, each at a time of its own: two at once do what one does.
 * Answers how to stop it.
 */
export function sweepUploads(
  { uploads, clock, log }: Tools,
  expireMs: number,
): () => Promise<void> {
  const stop = new AbortController()

  async function sweep(): Promise<void> {
    try {
      const swept = await uploads.sweep(clock.now() - expireMs - graceMs)
      if (swept > 0) log.info({ swept }, 'abandoned uploads were removed')
    } catch (error) {
      log.warn({ err: error }, 'abandoned uploads could not be removed; it is tried again')
    }
  }

  async function run(): Promise<void> {
    for (let waitMs = (everyMs / 60) * (1 + Math.random()); ; waitMs = everyMs) {
      await clock.sleep(waitMs, stop.signal)
      if (stop.signal.aborted) return
      await sweep()
    }
  }

  const ended = run()
  return async () => {
    stop.abort()
    await ended
  }
}
