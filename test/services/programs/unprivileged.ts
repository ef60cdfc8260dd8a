import { execFileSync } from 'node:child_process'
import { Missing } from './missing.ts'

export interface User {
  readonly uid: number
  readonly gid: number
}

/** Whom to run a server as that refuses to run as root; undefined where we are not root ourselves. */
export function unprivileged(): User | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const user of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, user], { stdio: 'pipe' }))
      return { uid: id('-u'), gid: id('-g') }
    } catch {
      // not on this machine: the next one
    }
  }
  throw new Missing('PostgreSQL refuses to run as root, and this machine has no user called nobody')
}
