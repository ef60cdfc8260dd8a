import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { withHeartbeat } from '../with-heartbeat.ts'

/**
 * Downloads are kept here from one time to the next: outside the checkout, and all versions beside each other.
 * Not in root's home: PostgreSQL runs as another user there, who must reach its programs.
 */
export const cacheFolder =
  process.env['C4A_SERVICES_CACHE'] ||
  join(
    process.env['XDG_CACHE_HOME'] ||
      (process.getuid?.() === 0 ? '/var/cache' : join(homedir(), '.cache')),
    'chat4all',
    'services',
  )

/** How services download. */
export interface Fetch {
  readonly signal: AbortSignal
  say(text: string): void
}

/**
 * The folder of this name in the cache, filled by `fill` when it is not there. The name has all versions in
 * it: what is there is never out of date. Half a download is never taken for a whole one.
 */
export async function cached(
  name: string,
  { say }: Fetch,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cacheFolder, name)
  if (existsSync(folder)) return folder
  say(`downloads ${name} into ${cacheFolder}, once`)
  const partial = `${folder}.partial-${process.pid}`
  mkdirSync(partial, { recursive: true })
  try {
    await withHeartbeat(() => say(`still downloads ${name}`), fill(partial))
    renameSync(partial, folder)
  } catch (error) {
    // Somebody else was first; theirs is as good.
    if (!existsSync(folder)) throw error
  } finally {
    rmSync(partial, { recursive: true, force: true, maxRetries: 10 })
  }
  return folder
}
