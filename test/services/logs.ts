import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { lastLines } from './processes/last-lines.ts'

/** Prints the end of each server's log, and goes on with what is added when told to follow. */
export async function logs(
  files: Readonly<Record<string, string>>,
  { lines, follow, signal }: { lines: number; follow: boolean; signal: AbortSignal },
): Promise<void> {
  const many = Object.keys(files).length > 1
  const print = (server: string, text: string) => {
    for (const line of text.split('\n')) console.log(many ? `${server}  ${line}` : line)
  }
  const read = new Map<string, number>()
  for (const [server, file] of Object.entries(files)) {
    read.set(server, existsSync(file) ? statSync(file).size : 0)
    print(server, lastLines(file, lines))
  }
  while (follow && !signal.aborted) {
    for (const [server, file] of Object.entries(files)) {
      const added = textFrom(file, read.get(server) ?? 0)
      // Whole lines only: the rest of this one comes with the next look.
      const end = added.lastIndexOf('\n')
      if (end === -1) continue
      read.set(server, (read.get(server) ?? 0) + Buffer.byteLength(added.slice(0, end + 1)))
      print(server, added.slice(0, end))
    }
    await wait(300, undefined, { signal }).catch(() => {})
  }
}

function textFrom(file: string, position: number): string {
  if (!existsSync(file)) return ''
  const size = statSync(file).size - position
  if (size <= 0) return ''
  const bytes = Buffer.alloc(size)
  const descriptor = openSync(file, 'r')
  try {
    return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, size, position))
  } finally {
    closeSync(descriptor)
  }
}
