import { checksum, framesOf, segmentIn, sizesAt } from './block-codec.ts'
import type { LogFiles } from './log-files.ts'

/** Reads frames back from the log's files. */
export interface LogWindows {
  /**
   * The frames of the partition's segment that begins at an offset, in the block at a position of the log. Undefined when it is
   * not there, or not what was written.
   */
  frames(block: number, place: number, first: number): Buffer | undefined
}

/** Small blocks are read many at once, and those read last are kept: partitions that are read side by side share them. */
const windowBytes = 32 * 1024
const windows = 128

export function logWindows(files: LogFiles): LogWindows {
  let kept: { readonly at: number; readonly bytes: Buffer }[] = []

  /** Bytes from the position on, at least so many where the log has them. */
  function window(at: number, bytes: number) {
    const holds = kept.find(
      (each) => each.at <= at && at + bytes <= each.at + each.bytes.byteLength,
    )
    if (holds) return { bytes: holds.bytes, start: at - holds.at }
    const read = { at, bytes: files.read(at, Math.max(windowBytes, bytes)) }
    kept = [read, ...kept.filter((each) => each.at !== at).slice(0, windows - 1)]
    return { bytes: read.bytes, start: 0 }
  }

  return {
    frames(block, place, first) {
      let { bytes, start } = window(block, 32)
      const sizes = sizesAt(bytes, start, block)
      if (!sizes) return undefined
      if (start + sizes.directory > bytes.byteLength)
        ({ bytes, start } = window(block, sizes.directory))
      const segment = segmentIn(bytes, start, block, place, first)
      if (!segment) return undefined
      if (start + segment.start + segment.length <= bytes.byteLength) {
        return framesOf(bytes, start, segment)
      }
      // A small block is worth a window; of a long one only what is asked for is read.
      if (sizes.whole <= windowBytes) {
        ;({ bytes, start } = window(block, sizes.whole))
        return framesOf(bytes, start, segment)
      }
      const frames = files.read(block + segment.start, segment.length)
      const whole = frames.byteLength === segment.length && checksum(frames) === segment.crc
      return whole ? frames : undefined
    },
  }
}
