import { type Batch, type BatchSource, damaged } from './batch-source.ts'
import { checksum, decodeFrames } from './frame-codec.ts'
import type { LogRows } from './log-rows.ts'
import type { Indexed, SegmentIndex } from './segment-index.ts'

/** A partition's segments in the rows of the log. */
export function segmentBatches(
  rows: LogRows,
  index: SegmentIndex,
  topic: string,
  partition: number,
  place: number,
): BatchSource {
  function batch({ row, first, last, ceilMs }: Indexed): Batch {
    return {
      base: first,
      last,
      ceilMs,
      records(from) {
        const read = rows.read(row)
        const segment = read?.segments.find(
          (each) => each.place === place && each.first === first && each.last === last,
        )
        if (!read || !segment) throw damaged(topic, partition, first, last)
        const { start, length, crc } = segment
        const frames = read.frames.subarray(start, start + length)
        if (checksum(frames) !== crc) throw damaged(topic, partition, first, last)
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
