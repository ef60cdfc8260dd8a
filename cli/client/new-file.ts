import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { badValue } from './bad-value.ts'

/** A file for a secret that is yet to come: made at once, so that the secret cannot be lost for want of it. */
export interface NewFile {
  write(text: string): void
  /** Nothing came. */
  discard(): void
}

/** Mode 0600. Throws for a file that is there already, naming the option `--save`. */
export function newFile(path: string): NewFile {
  const file = opened(path)
  return {
    write(text) {
      writeSync(file, text)
      closeSync(file)
    },
    discard() {
      closeSync(file)
      rmSync(path, { force: true })
    },
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw badValue(
      `--save ${path}`,
      why,
      'Name a file that does not exist yet; nothing was created',
    )
  }
}
