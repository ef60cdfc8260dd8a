import type { PGlite } from '@electric-sql/pglite'

/** A file of PGlite's that reads as the rows it holds. */
export interface RowsDevice {
  readonly path: string
  hold(rows: Uint8Array<ArrayBuffer>): void
  /** Gives the memory back at once, and not when somebody looks for garbage. */
  drop(): void
}

/**
 * Makes the file that `copy` reads from, once for a database: a second one throws. PGlite has one of its own (`/dev/blob`),
 * which brings the bytes across one by one: more than a microsecond for the rows of a message. And a Blob copies them when it is made and when it is read, as memory
 * beside V8's heap, so much of which made the thread collect its whole heap several times a second.
 */
export function rowsDevice(db: PGlite): RowsDevice {
  const path = '/dev/c4a-rows'
  const files: DeviceFiles = db.Module.FS
  let held: Uint8Array<ArrayBuffer> | undefined
  const device = files.makedev(major, 0)
  // First, since it is what throws where there is one: the other's rows are still read by it.
  files.mkdev(path, device)
  files.registerDevice(device, {
    open() {},
    close() {},
    read(_stream, into, at, length, position) {
      const part = held?.subarray(position, position + length)
      if (part) into.set(part, at)
      return part?.length ?? 0
    },
  })
  return {
    path,
    hold(rows) {
      held = rows
    },
    drop() {
      held?.buffer.transfer(0)
      held = undefined
    },
  }
}

/** A number that Emscripten and PGlite have given to no device of theirs. */
const major = 90

/** Of Emscripten's file system (File System API, "Device"), whose typings PGlite names and does not bring. */
interface DeviceFiles {
  makedev(major: number, minor: number): number
  registerDevice(device: number, ops: DeviceOps): void
  mkdev(path: string, device: number): void
}

interface DeviceOps {
  open(): void
  close(): void
  read(stream: object, into: Int8Array, at: number, length: number, position: number): number
}
