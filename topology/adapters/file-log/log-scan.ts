import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { Chat4AllError } from '../../contract/errors.ts'
import {
  type Block,
  blockHead,
  decodeHead,
  framesOf,
  nextMark,
  type Segment,
  sizesAt,
} from './block-codec.ts'

/** Told of each block in order, and how to get at a segment's frames: undefined when their checksum does not hold. */
export type Visit = (block: Block, frames: (segment: Segment) => Buffer | undefined) => void

/** So much is read at once while blocks are small; of long ones only the beginning is read. */
const windowBytes = 64 * 1024
const longBlock = 16 * 1024

/**
 * Goes through a file of the log that was finished, reading heads and directories only. Throws C4A_STORE_CORRUPT where they
 * are not what was written.
 */
export function scanFinished(path: string, base: number, visit: Visit): void {
  scanHeads(path, base, Number.POSITIVE_INFINITY, visit)
}

/**
 * Goes through the file that was written last. Up to `certain`, a position of the log, all is known to be on the disk; of what stands behind it all is checked, and what
 * a commit that never was acknowledged left of itself is not told of. Damage before the last commit is no such thing: where frames are damaged,
 * their block is told of all the same, so that reading them says so; where a head is, C4A_STORE_CORRUPT is thrown.
 */
export function scanLast(path: string, base: number, certain: number, visit: Visit): void {
  const start = Math.max(0, certain - base)
  if (start > 0) scanHeads(path, base, start, visit)
  const bytes = readFrom(path, start)
  const first = base + start
  let position = 0
  while (position < bytes.byteLength) {
    const block = decodeHead(bytes, position, first + position)
    const frames = (segment: Segment) => framesOf(bytes, position, segment)
    if (!block?.segments.every(frames)) {
      if (!isFollowed(bytes, position, first)) break
      if (!block) throw unreadable(path, start + position)
    }
    visit(block, frames)
    position += block.length
  }
}

function scanHeads(path: string, base: number, end: number, visit: Visit): void {
  const fd = openSync(path, 'r')
  try {
    const size = fstatSync(fd).size
    const read = (position: number, length: number) => {
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - position)))
      return bytes.subarray(0, readSync(fd, bytes, 0, bytes.byteLength, position))
    }
    let from = 0
    let window: Buffer = read(0, windowBytes)
    let length = 0
    for (let position = 0; position < Math.min(end, size); position += length) {
      const load = (bytes: number) => {
        if (position - from + bytes <= window.byteLength) return
        from = position
        window = read(position, Math.max(bytes, length > longBlock ? 4096 : windowBytes))
      }
      load(blockHead)
      load(sizesAt(window, position - from, base + position)?.directory ?? 0)
      const block = decodeHead(window, position - from, base + position)
      if (!block || position + block.length > Math.min(end, size)) throw unreadable(path, position)
      visit(block, (segment) => {
        const bytes = read(position, segment.start + segment.length)
        return framesOf(bytes, 0, segment)
      })
      length = block.length
    }
    if (size < end && end < Number.POSITIVE_INFINITY) throw unreadable(path, size)
  } finally {
    closeSync(fd)
  }
}

function readFrom(path: string, position: number): Buffer {
  const fd = openSync(path, 'r')
  try {
    const bytes = Buffer.allocUnsafeSlow(Math.max(0, fstatSync(fd).size - position))
    let read = 0
    for (let more = -1; more !== 0; read += more) {
      more = readSync(fd, bytes, read, bytes.byteLength - read, position + read)
    }
    return bytes.subarray(0, read)
  } finally {
    closeSync(fd)
  }
}

/**
 * Whether a commit was begun behind this position: then all that stands before that one was on the disk. The blocks of one commit are on their
 * way together, so a later one of the same commit says nothing.
 */
function isFollowed(bytes: Buffer, position: number, base: number): boolean {
  for (let at = nextMark(bytes, position + 1); at >= 0; at = nextMark(bytes, at + 1)) {
    const block = decodeHead(bytes, at, base + at)
    if (block && block.commit > base + position) return true
  }
  return false
}

function unreadable(path: string, position: number): Chat4AllError {
  return new Chat4AllError('C4A_STORE_CORRUPT', {
    what: `The log cannot be read from byte ${position} of '${path}' on`,
    why: 'the checksum of a block does not fit its bytes: the file was damaged',
    todo: 'Restore the data folder from a backup: which records stand there is not known',
  })
}
