import { readFileSync } from 'node:fs'

/** How many files, sockets among them, a process of ours may have open; Infinity where the system does not say. */
export function mostOpenFiles(): number {
  try {
    const [, soft = ''] =
      /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return soft === '' ? Number.POSITIVE_INFINITY : Number(soft)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
