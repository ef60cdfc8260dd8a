import { type Batch, type BatchSource, damaged } from './batch-source.ts'
import { decodeFrames } from './frame-codec.ts'
import type { LogWindows } from './log-windows.ts'
import type { Indexed, SegmentIndex } from './segment-index.ts'

/** A partition's segments in the blocks of the log. */
export function segmentBatches(
  windows: LogWindows,
  index: SegmentIndex,
  topic: string,
  partition: number,
  place: number,
): BatchSource {
  function batch({ block, first, last, ceilMs }: Indexed): Batch {
    return {
      base: first,
      last,
      ceilMs,
      records(from) {
        const frames = windows.frames(block, place, first)
        if (!frames) throw damaged(topic, partition, first, last)
        return decodeFrames(frames, topic, partition, first, from)
      },
    }
  }

  return {
    *batches(from) {
      for (let each = index.at(from); each; each = index.at(each.last + 1)) yield batch(each)
    },
    reaching: (timestampMs, from) => {
      const found = index.reaching(timestampMs)
      return found && Math.max(found.first, from)
    },
  }
}
