import { join } from 'node:path'
import { Chat4AllError } from '../../contract/errors.ts'
import { lockFolder } from '../sqlite/folder-lock.ts'
import { openSideTables, type SideTables } from '../sqlite/side-tables.ts'
import type { Writer } from '../sqlite/statement.ts'
import { type AppendBuffer, appendBuffer } from './append-buffer.ts'
import type { Block, Segment } from './block-codec.ts'
import { decodeFrames } from './frame-codec.ts'
import { frameRoom } from './frame-room.ts'
import { type LogContents, logContents } from './log-contents.ts'
import { type LogDisk, logDisk } from './log-disk.ts'
import { type LogFiles, logFiles } from './log-files.ts'
import { type LogNotes, logNotes } from './log-notes.ts'
import { logWindows } from './log-windows.ts'
import { tailCache } from './tail-cache.ts'

export interface DataFolderOptions {
  /** How much of the newest records stays in memory for those about to read them, in bytes over all partitions; the default is 16 MiB. */
  readonly cacheBytes?: number
  /** A file of the log that has so much is followed by another; the default is 64 MiB. */
  readonly fileBytes?: number
  /** How often the tables are brought up to the log; the default is 5,000 ms. */
  readonly checkpointMs?: number
  readonly disk?: LogDisk
  readonly openWriter?: (path: string) => Promise<Writer>
}

/** What one process keeps: the log, and in tables beside it whatever is no record. */
export interface DataFolder {
  readonly path: string
  readonly tables: SideTables
  readonly files: LogFiles
  readonly contents: LogContents
  readonly appends: AppendBuffer
  readonly notes: LogNotes
  /** Waits for commits under way, then closes all files and unlocks the folder. */
  close(): Promise<void>
}

/**
 * Opens or creates it: the log's files in `log`, the tables in `log.sqlite`. Throws C4A_CONFLICT when another process has it open, C4A_STORE_CORRUPT
 * when it cannot be opened.
 */
export async function openDataFolder(
  path: string,
  options: DataFolderOptions = {},
): Promise<DataFolder> {
  const unlock = lockFolder(path)
  let tables: SideTables | null = null
  try {
    tables = await openSideTables(join(path, 'log.sqlite'), options.openWriter)
    return await opened(path, tables, options, unlock)
  } catch (cause) {
    await tables?.close()
    unlock()
    if (cause instanceof Chat4AllError) throw cause
    throw unopened(path, cause)
  }
}

async function opened(
  path: string,
  tables: SideTables,
  options: DataFolderOptions,
  unlock: () => void,
): Promise<DataFolder> {
  const { cacheBytes = 16 * 1024 * 1024, fileBytes = 64 * 1024 * 1024, disk = logDisk } = options
  const files = logFiles(join(path, 'log'), disk, fileBytes)
  const room = frameRoom()
  const contents = await logContents(tables, logWindows(files), tailCache(cacheBytes), room)
  const checkpointed = tables.counter('checkpoint')
  const found = new Map<string, string[]>()

  function visit(block: Block, frames: (segment: Segment) => Buffer | undefined): void {
    for (const segment of block.segments) {
      if (segment.place > 0) {
        if (contents.found(block.at, segment)) files.holds(block.at, segment)
      } else if (block.at >= checkpointed) {
        const bytes = frames(segment)
        if (!bytes) throw notesDamaged(path, block.at)
        for (const { key, value } of decodeFrames(bytes, '', 0, segment.first, 0)) {
          const texts = found.get(key) ?? []
          found.set(key, texts)
          texts.push(Buffer.from(value ?? []).toString())
        }
      }
    }
  }

  await files.open(checkpointed, visit)
  const appends = appendBuffer(files, room)
  const notes = logNotes(tables.commits, appends, found, checkpointed, files.next)
  let closed: Promise<void> | null = null

  async function close(): Promise<void> {
    clearInterval(checkpoints)
    await appends.idle()
    // Opening is quicker then. A disk that fails has told those who wait for it, and the notes are in the log.
    await notes.checkpoint().catch(() => {})
    await files.close()
    await tables.close()
    unlock()
  }

  const checkpoints = setInterval(() => {
    if (notes.isBehind()) void notes.checkpoint().catch(() => {})
  }, options.checkpointMs ?? 5000)
  checkpoints.unref()

  return {
    path,
    tables,
    files,
    contents,
    appends,
    notes,
    close() {
      closed ??= close()
      return closed
    },
  }
}

function notesDamaged(path: string, at: number): Chat4AllError {
  return new Chat4AllError('C4A_STORE_CORRUPT', {
    what: `What was noted at position ${at} of the log in '${path}' cannot be read`,
    why: 'its checksum does not fit its bytes: the file was damaged',
    todo: 'Restore the folder from a backup: which claims and offsets stand there is not known',
  })
}

function unopened(path: string, cause: unknown): Chat4AllError {
  const why = typeof cause === 'object' && cause && 'message' in cause ? cause.message : cause
  return new Chat4AllError(
    'C4A_STORE_CORRUPT',
    {
      what: `The log in '${path}' cannot be opened`,
      why: String(why),
      todo: 'Restore the folder from a backup, or use the program version that wrote it',
    },
    { cause },
  )
}
