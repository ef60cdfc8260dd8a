import { Chat4AllError } from '../../contract/errors.ts'
import type { DatabaseSync } from './node-sqlite.ts'
import { decodeSegments, encodeSegments, type Segment } from './segment-codec.ts'
import type { Statement } from './statement.ts'

/**
 * The rows of the table `log`: whatever was appended to any partition in one commit stands in one row, or in a few when it is much.
 */
export interface LogRows {
  /** A new row; `frames` must not change until it is written. */
  insertion(segments: readonly Segment[], frames: Uint8Array): LogRow
  /** Undefined when the row is not there, or not what was written. */
  segments(row: number): readonly Segment[] | undefined
  read(row: number): { readonly segments: readonly Segment[]; readonly frames: Uint8Array } | null
  /** Every row's segments in order, without its frames. Throws C4A_STORE_CORRUPT. */
  each(visit: (row: number, segments: readonly Segment[]) => void): void
}

export interface LogRow {
  readonly row: number
  readonly statement: Statement
}

/** Partitions that are read side by side share rows: so much of what was read last is kept, in bytes. */
const keptBytes = 4 * 1024 * 1024

export function logRows(database: DatabaseSync): LogRows {
  const heads = database.prepare('SELECT id, segments FROM log ORDER BY id')
  const segmentsOf = database.prepare('SELECT segments FROM log WHERE id = ?')
  const whole = database.prepare('SELECT segments, frames FROM log WHERE id = ?')
  const newest = database.prepare('SELECT max(id) AS id FROM log').get()
  const kept = new Map<number, { segments: readonly Segment[]; frames: Uint8Array }>()
  let held = 0
  let lastRow = Number(newest?.['id'] ?? 0)

  return {
    insertion(segments, frames) {
      const row = ++lastRow
      const sql = 'INSERT INTO log (id, segments, frames) VALUES (?, ?, ?)'
      return { row, statement: { sql, params: [row, encodeSegments(segments), frames] } }
    },

    segments: (row) => kept.get(row)?.segments ?? decodeSegments(segmentsOf.get(row)?.['segments']),

    read(row) {
      const known = kept.get(row)
      if (known) return known
      const stored = whole.get(row)
      const segments = decodeSegments(stored?.['segments'])
      const frames = stored?.['frames']
      if (!segments || !(frames instanceof Uint8Array)) return null
      const read = { segments, frames }
      kept.set(row, read)
      held += frames.byteLength
      for (const [oldest, { frames: gone }] of kept) {
        if (held <= keptBytes) break
        kept.delete(oldest)
        held -= gone.byteLength
      }
      return read
    },

    each(visit) {
      for (const { id, segments: bytes } of heads.iterate()) {
        const segments = decodeSegments(bytes)
        if (!segments) throw unreadable(Number(id))
        visit(Number(id), segments)
      }
    },
  }
}

function unreadable(row: number): Chat4AllError {
  return new Chat4AllError('C4A_STORE_CORRUPT', {
    what: `The index of row ${row} of the log cannot be read`,
    why: 'its checksum does not fit its bytes: the file was damaged',
    todo: 'Restore the file from a backup: which records stand in the row is not known',
  })
}
