/**
 * Where each segment of one partition stands in the log: the position of the block that holds it, by its first offset. Twelve bytes a segment,
 * so that a day of small commits stays in memory.
 */
export interface SegmentIndex {
  /** The first offset indexed; undefined when there is none. */
  first(): number | undefined
  /** The last offset indexed; undefined when there is none. */
  last(): number | undefined
  /** Segments come in offset order, each beginning where the one before ended. `ceilMs` never falls. */
  add(segment: Indexed): void
  /** The segment that covers the offset, or the first one behind it. */
  at(offset: number): Indexed | undefined
  /** The first segment whose `ceilMs` reaches the time. */
  reaching(ceilMs: number): Indexed | undefined
  /** Forgets the segments that end below the offset and answers how many they were. */
  dropBelow(offset: number): number
}

export interface Indexed {
  readonly block: number
  readonly first: number
  readonly last: number
  /** The highest timestamp of the partition up to here, rounded down. */
  readonly ceilMs: number
}

/** Cells are differences to the chunk's first segment, 4 bytes each: offset, position, time. */
interface Chunk {
  readonly first: number
  readonly block: number
  readonly ceilMs: number
  cells: Uint32Array
  count: number
}

const width = 3
const fewest = 16
const most = 1024
const limit = 2 ** 32

export function segmentIndex(): SegmentIndex {
  const chunks: Chunk[] = []
  let last = -1

  function firstOf(chunk: Chunk, nth: number): number {
    return chunk.first + (chunk.cells[nth * width] ?? 0)
  }
  function blockOf(chunk: Chunk, nth: number): number {
    return chunk.block + (chunk.cells[nth * width + 1] ?? 0)
  }
  function ceilOf(chunk: Chunk, nth: number): number {
    return chunk.ceilMs + (chunk.cells[nth * width + 2] ?? 0)
  }

  function indexed(at: number, nth: number): Indexed | undefined {
    const chunk = chunks[at]
    if (!chunk || nth >= chunk.count) return undefined
    const next = chunks[at + 1]
    let end = last
    if (nth + 1 < chunk.count) end = firstOf(chunk, nth + 1) - 1
    else if (next) end = next.first - 1
    return {
      block: blockOf(chunk, nth),
      first: firstOf(chunk, nth),
      last: end,
      ceilMs: ceilOf(chunk, nth),
    }
  }

  function room({ block, first, ceilMs }: Indexed): Chunk {
    const open = chunks.at(-1)
    if (
      open &&
      open.count < most &&
      first - open.first < limit &&
      block - open.block < limit &&
      ceilMs - open.ceilMs < limit
    ) {
      return open
    }
    const begun = { first, block, ceilMs, cells: new Uint32Array(fewest * width), count: 0 }
    chunks.push(begun)
    return begun
  }

  /** Index of the last chunk that is not past what is looked for; -1 when all are. */
  function chunkBefore(isPast: (chunk: Chunk) => boolean): number {
    return firstThat(chunks.length, (at) => isPast(chunks[at] ?? nowhere)) - 1
  }

  return {
    first: () => chunks[0]?.first,
    last: () => (chunks.length > 0 ? last : undefined),

    add(segment) {
      const chunk = room(segment)
      const at = chunk.count * width
      if (at === chunk.cells.length) {
        const larger = new Uint32Array(at * 2)
        larger.set(chunk.cells)
        chunk.cells = larger
      }
      chunk.cells[at] = segment.first - chunk.first
      chunk.cells[at + 1] = segment.block - chunk.block
      chunk.cells[at + 2] = segment.ceilMs - chunk.ceilMs
      chunk.count += 1
      last = segment.last
    },

    at(offset) {
      if (offset > last) return undefined
      const at = Math.max(
        0,
        chunkBefore(({ first }) => first > offset),
      )
      const chunk = chunks[at]
      if (!chunk) return undefined
      const past = firstThat(chunk.count, (nth) => firstOf(chunk, nth) > offset)
      return indexed(at, Math.max(0, past - 1))
    },

    reaching(ceilMs) {
      const before = chunkBefore((chunk) => chunk.ceilMs >= ceilMs)
      const chunk = chunks[before]
      if (!chunk) return indexed(0, 0)
      const nth = firstThat(chunk.count, (each) => ceilOf(chunk, each) >= ceilMs)
      return nth < chunk.count ? indexed(before, nth) : indexed(before + 1, 0)
    },

    dropBelow(offset) {
      let forgotten = 0
      for (let chunk = chunks[0]; chunk; chunk = chunks[0]) {
        let gone = 0
        for (let each = indexed(0, 0); each && each.last < offset; each = indexed(0, gone)) {
          gone += 1
        }
        forgotten += gone
        const { count, cells } = chunk
        if (gone < count) {
          if (gone > 0) chunks[0] = without(chunk, gone, cells.subarray(0, count * width))
          break
        }
        chunks.shift()
      }
      return forgotten
    },
  }
}

const nowhere: Chunk = { first: 0, block: 0, ceilMs: 0, cells: new Uint32Array(0), count: 0 }

function without(chunk: Chunk, gone: number, cells: Uint32Array): Chunk {
  const kept = cells.slice(gone * width)
  const [first = 0, block = 0, ceilMs = 0] = kept
  for (let at = 0; at < kept.length; at += width) {
    kept[at] = (kept[at] ?? 0) - first
    kept[at + 1] = (kept[at + 1] ?? 0) - block
    kept[at + 2] = (kept[at + 2] ?? 0) - ceilMs
  }
  return {
    first: chunk.first + first,
    block: chunk.block + block,
    ceilMs: chunk.ceilMs + ceilMs,
    cells: kept,
    count: chunk.count - gone,
  }
}

/** The lowest number below `count` of which it holds, given that it holds of all above, too; else `count`. */
function firstThat(count: number, holds: (nth: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
