import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { uptime } from 'node:os'
import { join } from 'node:path'

/**
 * PGlite never syncs to the disk (docs/decisions/0003): its files outlive a killed process, because the
 * kernel holds what was written, but not a machine that went down. So a note beside them says under
 * which boot they were opened. Opened, not closed, and another boot since: the files may be torn, and
 * are not trusted.
 */
export interface Trust {
  readonly boot: Boot
  /** False until the first opening succeeded: what is there then is half a database, and never held anything. */
  readonly made: boolean
  /** Closed in order, with every file synced. */
  readonly clean: boolean
  /** Why they are damaged, once the database itself said so. */
  readonly damaged: string | null
}

export interface Boot {
  /** The kernel's id of this boot, where it tells (Linux). */
  readonly id: string | null
  /** When the machine started, milliseconds since 1970 UTC, give or take a clock adjustment. */
  readonly at: number
}

/** `new`: no database was ever open here. Otherwise whether, and why not, its files can be trusted. */
export type Standing =
  | { readonly kind: 'new' }
  | { readonly kind: 'trusted' }
  | { readonly kind: 'damaged'; readonly why: string }

export async function standingOf(folder: string): Promise<Standing> {
  const trust = await readTrust(folder)
  if (trust ? !trust.made : readdirSync(folder).length === 0) return { kind: 'new' }
  const why = trust ? distrustOf(trust) : 'nothing says how they were left'
  return why === undefined ? { kind: 'trusted' } : { kind: 'damaged', why }
}

function distrustOf(trust: Trust): string | undefined {
  if (trust.damaged !== null) return trust.damaged
  if (trust.clean || isSameBoot(trust.boot, currentBoot())) return undefined
  return 'the machine went down while they were open, and they were not synced to the disk'
}

/** Durable when it returns. */
export function noteTrust(folder: string, state: Omit<Trust, 'boot'>): void {
  const partial = join(folder, `${noteName}.partial`)
  const file = openSync(partial, 'w')
  writeSync(file, JSON.stringify({ boot: currentBoot(), ...state } satisfies Trust))
  fsyncSync(file)
  closeSync(file)
  renameSync(partial, join(folder, noteName))
  syncPath(folder)
}

/** Syncs every file under `folder`: only then may a note call it clean. */
export function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) syncTree(path)
    else if (entry.isFile()) syncPath(path)
  }
  syncPath(folder)
}

const noteName = 'trust.json'
const bootTolerance = 120_000

function syncPath(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

async function readTrust(folder: string): Promise<Trust | undefined> {
  const text = await readFile(join(folder, noteName), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as Trust // written by noteTrust alone, and renamed into place whole
  } catch {
    return undefined
  }
}

function currentBoot(): Boot {
  return { id: kernelBootId(), at: Date.now() - uptime() * 1000 }
}

function kernelBootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return null // not Linux: the time of the start must do
  }
}

const isSameBoot = (a: Boot, b: Boot): boolean =>
  a.id !== null && b.id !== null ? a.id === b.id : Math.abs(a.at - b.at) < bootTolerance
