import type { GroupCommit } from '../sqlite/group-commit.ts'
import type { Write } from '../sqlite/statement.ts'
import type { AppendBuffer, Note } from './append-buffer.ts'

/**
 * What stands in the log beside records: small facts (an offset, a claim) that become durable in one commit with the records around
 * them. Who notes them keeps what follows from them in memory, and brings its tables up to it now and then, in large
 * transactions: at a checkpoint. What was noted since the last one is told again when the log is opened.
 */
export interface LogNotes {
  /** Once for each kind. `replay` is called before this returns. */
  join(kind: string, owner: NoteOwner): NoteWriter
  /** All tables are brought up, durably, to what was noted until now, and everything written to them before is durable, too. */
  checkpoint(): Promise<void>
  /** Whether something was appended since the last one. */
  isBehind(): boolean
  /** Notes below this position of the log are in the tables. */
  checkpointed(): number
}

export interface NoteOwner {
  /** Noted since the last checkpoint, in order. */
  replay(text: string): void
  /** What has changed since it was last asked. One of the two is called when it is written, durably, or could not be. */
  collect(): { readonly write: Write; written(): void; failed(): void } | null
}

export interface NoteWriter {
  note(note: Omit<Note, 'kind'>, patienceMs: number): void
  /** Nothing will be durable any more, until the log is opened again. */
  isBroken(): boolean
}

const checkpointName = 'checkpoint'

/** @param found what the log has behind the last checkpoint, by kind, in order */
export function logNotes(
  commits: GroupCommit,
  appends: AppendBuffer,
  found: Map<string, string[]>,
  checkpointed: number,
  next: () => number,
): LogNotes {
  const owners: NoteOwner[] = []
  let running: Promise<void> | null = null
  let at = checkpointed

  async function checkpoint(): Promise<void> {
    // As long as nobody has taken over what was found of a kind, the log must go on telling it.
    const reached = found.size > 0 ? at : next()
    const collected = owners.flatMap((owner) => owner.collect() ?? [])
    const mark = {
      sql: 'INSERT OR REPLACE INTO counters (name, value) VALUES (?, ?)',
      params: [checkpointName, reached],
    }
    try {
      await commits.write([...collected.flatMap(({ write }) => write), mark])
      at = reached
      for (const { written } of collected) written()
    } catch (error) {
      for (const { failed } of collected) failed()
      throw error
    }
  }

  return {
    join(kind, owner) {
      for (const text of found.get(kind) ?? []) owner.replay(text)
      found.delete(kind)
      owners.push(owner)
      return {
        note: ({ text, settled }, patienceMs) => appends.note({ kind, text, settled }, patienceMs),
        isBroken: appends.isBroken,
      }
    },
    checkpoint() {
      running ??= checkpoint().finally(() => {
        running = null
      })
      return running
    },
    isBehind: () => at < next(),
    checkpointed: () => at,
  }
}
