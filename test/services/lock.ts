import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { processTable } from './processes/process-table.ts'
import type { Site } from './site.ts'

/** Runs `work` while no other command changes what is up; refuses when one does. */
export async function whileLocked<Result>(
  site: Site,
  work: () => Promise<Result>,
): Promise<Result> {
  site.make()
  const file = join(site.folder, 'lock')
  const startedAt = processTable().get(process.pid)?.startedAt
  // Whoever held it may have been killed.
  if (existsSync(file) && !isHeld(file)) rmSync(file, { force: true })
  try {
    writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt }), { flag: 'wx' })
  } catch (cause) {
    // A full disk, for one.
    if (!isThere(cause)) throw cause
    throw new Error('another command is bringing servers up or down: wait for it, or stop it', {
      cause,
    })
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
    site.removeIfEmpty()
  }
}

const isThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST'

function isHeld(file: string): boolean {
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(file, 'utf8'))
    return processTable().get(pid)?.startedAt === startedAt
  } catch {
    // Cut short while it was written, or gone in between.
    return false
  }
}
