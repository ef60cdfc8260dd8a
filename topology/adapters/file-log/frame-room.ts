import { type FrameMemory, frameMemory } from './frame-memory.ts'

/** Memory for frames that wait for a commit, used again and again. */
export interface FrameRoom {
  /** At least so many bytes; what stood in them before is still there. */
  take(bytes: number): FrameMemory
  /** Given back: nobody looks at them any more. */
  give(memory: FrameMemory): void
}

/** A segment is no longer, unless one record is: it is the least that a reader must read and check. */
const runBytes = 64 * 1024
/** So much is kept for later when a rush is over. */
const keptBytes = 16 * 1024 * 1024

export function frameRoom(): FrameRoom {
  const free: FrameMemory[] = []
  return {
    take(bytes) {
      if (bytes > runBytes) return frameMemory(bytes)
      return free.pop() ?? frameMemory(runBytes)
    },
    give(memory) {
      if (memory.bytes.byteLength === runBytes && free.length < keptBytes / runBytes)
        free.push(memory)
    },
  }
}
