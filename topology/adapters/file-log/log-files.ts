import { closeSync, mkdirSync, openSync, readdirSync, readSync } from 'node:fs'
import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Segment } from './block-codec.ts'
import type { LogDisk, LogFileHandle } from './log-disk.ts'
import { scanFinished, scanLast, type Visit } from './log-scan.ts'

/** A piece of the log in a file of its own; its name is where it begins. */
export interface LogFile {
  readonly path: string
  readonly base: number
  /** Everything below is on stable storage. */
  end: number
  /** What partitions have in it: bytes, and the last offset. */
  readonly parts: Map<number, { last: number; bytes: number }>
}

/** The log as bytes: one row of files, of which the last is appended to. Positions count from the beginning of the first file there ever was. */
export interface LogFiles {
  /** Goes through what is there, and makes ready to append behind it; below `certain` all is known to be on the disk. Throws C4A_STORE_CORRUPT. */
  open(certain: number, visit: Visit): Promise<void>
  readonly all: readonly LogFile[]
  /** Where the next append goes: everything below is on stable storage. */
  next(): number
  /** One at a time. Throws what the disk says; nothing was appended then, as far as one can tell. */
  append(bytes: Uint8Array): Promise<void>
  /** Up to so many bytes from a position on, of one file and only what is on stable storage; none where no file has it. */
  read(at: number, bytes: number): Buffer
  /** A partition has this segment there. */
  holds(block: number, segment: Segment): void
  /** Not the last one. */
  remove(file: LogFile): Promise<void>
  close(): Promise<void>
}

export function logFiles(folder: string, disk: LogDisk, fileBytes: number): LogFiles {
  const all: LogFile[] = []
  const handles = new Map<LogFile, number>()
  let open: LogFileHandle | null = null

  function known(base: number): LogFile {
    const name = `${String(base).padStart(16, '0')}.log`
    const file = { path: join(folder, name), base, end: base, parts: new Map() }
    all.push(file)
    return file
  }

  const next = () => all.at(-1)?.end ?? 0

  /** The file to append to; one that was given up after a failure is cut back to what is certain. */
  async function ready(): Promise<{ file: LogFile; handle: LogFileHandle }> {
    const last = all.at(-1)
    if (last && last.end - last.base < fileBytes) {
      if (!open) {
        await disk.cut(last.path, last.end - last.base)
        open = await disk.reopen(last.path)
      }
      return { file: last, handle: open }
    }
    await finish()
    const file = known(next())
    try {
      open = await disk.create(file.path)
    } catch (error) {
      all.pop()
      throw error
    }
    return { file, handle: open }
  }

  async function finish(): Promise<void> {
    const last = all.at(-1)
    if (!open || !last) return
    const full = open
    open = null
    await full.finish(last.end - last.base)
  }

  function fileOf(at: number): LogFile | undefined {
    let low = 0
    let high = all.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((all[middle]?.base ?? 0) <= at) low = middle + 1
      else high = middle
    }
    const file = all[low - 1]
    return file && at < file.end ? file : undefined
  }

  return {
    all,
    next,

    holds(block, { place, last, length }) {
      const parts = fileOf(block)?.parts
      parts?.set(place, { last, bytes: length + (parts.get(place)?.bytes ?? 0) })
    },

    async open(certain, visit) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const names = readdirSync(folder).filter((name) => /^\d{16}\.log$/.test(name))
      const bases = names.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b)
      for (const base of bases) {
        const file = known(base)
        const told: Visit = (block, frames) => {
          file.end = block.at + block.length
          visit(block, frames)
        }
        if (base === bases.at(-1)) scanLast(file.path, base, certain, told)
        else scanFinished(file.path, base, told)
      }
      await ready()
    },

    async append(bytes) {
      const { file, handle } = await ready()
      try {
        await handle.write(bytes, file.end - file.base)
      } catch (error) {
        open = null
        // What the disk could not take is told; that closing fails then tells nothing new.
        await handle.close().catch(() => {})
        throw error
      }
      file.end += bytes.byteLength
    },

    read(at, bytes) {
      const file = fileOf(at)
      if (!file) return Buffer.alloc(0)
      const fd = handles.get(file) ?? openSync(file.path, 'r')
      handles.set(file, fd)
      const found = Buffer.allocUnsafeSlow(Math.min(bytes, file.end - at))
      return found.subarray(0, readSync(fd, found, 0, found.byteLength, at - file.base))
    },

    async remove(file) {
      const fd = handles.get(file)
      if (fd !== undefined) closeSync(fd)
      handles.delete(file)
      all.splice(all.indexOf(file), 1)
      await unlink(file.path)
    },

    async close() {
      for (const fd of handles.values()) closeSync(fd)
      handles.clear()
      await finish()
    },
  }
}
