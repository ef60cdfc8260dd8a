import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes of buffers that may have been read and be nobody's any more before they are collected. */
const mostBytes = 16 * 1024 * 1024
const lookEveryMs = 10

/** Collects buffers while it runs. Both may be called again. */
export interface EarlyGarbage {
  start(): void
  stop(): void
}

/**
 * What a file is read in are buffers outside of V8's heap, garbage a moment later. V8 counts the small objects that name them, and with
 * young generations as large as ours (bin/node24.js) some hundred megabytes come together before it looks. So while files are written
 * the young ones are collected after each 16 MiB: a few milliseconds for what else is most of the memory of an upload (docs/media.md).
 */
export function earlyGarbage(
  heldBytes: () => number = () => process.memoryUsage().arrayBuffers,
  collect: () => void = () => collector()({ type: 'minor' }),
): EarlyGarbage {
  let timer: NodeJS.Timeout | undefined
  let leastBytes = 0

  function look(): void {
    const bytes = heldBytes()
    if (bytes > leastBytes + mostBytes) {
      collect()
      leastBytes = heldBytes()
    } else if (bytes < leastBytes) {
      leastBytes = bytes
    }
  }

  return {
    start() {
      timer ??= setInterval(look, lookEveryMs).unref()
    },
    stop() {
      clearInterval(timer)
      timer = undefined
    },
  }
}

let known: NodeJS.GCFunction | undefined

/** Without the flag at the start, which every launcher would have to know, it is only in contexts made after it was set. */
function collector(): NodeJS.GCFunction {
  if (known) return known
  setFlagsFromString('--expose-gc')
  const found: NodeJS.GCFunction = runInNewContext('gc')
  known = found
  return found
}
