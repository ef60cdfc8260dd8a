import { Chat4AllError } from '../../contract/errors.ts'
import { commitTurns } from '../embedded/commit-turns.ts'
import type { Row, Statement, Write, Writer, WriterFailure } from './statement.ts'

/** Lets concurrent writers share transactions and fsyncs. Writes are executed in the order they were asked for. */
export interface GroupCommit {
  /**
   * Executes the statements, all or none, and resolves with the rows of each, on stable storage. `relaxed` does without an
   * fsync of its own: then it resolves when it is executed, and is durable with the next write that is not relaxed, which
   * can never become durable without it. Rejects with C4A_STORE_UNREACHABLE (nothing acknowledged) or C4A_INTERNAL
   * (SQLite refuses a statement; other writes are not touched).
   */
  write(
    statements: Write,
    options?: { readonly relaxed?: boolean },
  ): Promise<readonly (readonly Row[])[]>
  /** Resolves when nothing is under way or waiting. */
  idle(): Promise<void>
}

interface Waiting {
  readonly write: Write
  readonly sync: boolean
  readonly resolve: (rows: readonly (readonly Row[])[]) => void
  readonly reject: (error: unknown) => void
}

/** More writes than this wait for the next commit, so that no transaction grows without bound. */
const writesPerCommit = 2048

/** `nowMs` is a clock that only goes forward. */
export function groupCommit(writer: Writer, nowMs?: () => number): GroupCommit {
  let queue: Waiting[] = []
  let broken: WriterFailure | null = null
  const turns = commitTurns(commit, nowMs)

  async function commit(): Promise<void> {
    const group = queue.slice(0, writesPerCommit)
    queue = queue.slice(writesPerCommit)
    if (queue.length > 0) turns.came()
    if (group.length === 0) return
    try {
      const writes = group.map(({ write }) => write)
      const results = await writer.run({ writes, sync: group.some(({ sync }) => sync) })
      group.forEach(({ resolve, reject }, index) => {
        const result = results[index]
        if (result && 'rows' in result) resolve(result.rows)
        else reject(refused(result?.refused ?? 'no answer came', writes[index] ?? []))
      })
    } catch (failure) {
      fail(group, asFailure(failure))
    }
  }

  function fail(group: readonly Waiting[], failure: WriterFailure): void {
    const error = unreachable(failure)
    for (const { reject } of group) reject(error)
    if (!failure.lasting) return
    // After a failed fsync the system may have dropped the pages it could not write, and a second one would
    // succeed without them (https://lwn.net/Articles/752063/). So nothing more is acknowledged here.
    broken = failure
    for (const { reject } of queue.splice(0)) reject(error)
  }

  return {
    write: (write, { relaxed = false } = {}) =>
      new Promise((resolve, reject) => {
        if (broken) return reject(unreachable(broken))
        queue.push({ write, sync: !relaxed, resolve, reject })
        turns.came()
      }),
    idle: turns.idle,
  }
}

function asFailure(failure: unknown): WriterFailure {
  if (
    typeof failure === 'object' &&
    failure !== null &&
    'lasting' in failure &&
    'message' in failure
  ) {
    return { message: String(failure.message), lasting: failure.lasting === true }
  }
  return { message: String(failure), lasting: true }
}

function unreachable({ message, lasting }: WriterFailure): Chat4AllError {
  return new Chat4AllError('C4A_STORE_UNREACHABLE', {
    what: 'The database could not commit',
    why: message,
    todo: lasting
      ? 'Look at the disk, then restart: until then nothing more is acknowledged'
      : 'Make room on the disk; then it goes on by itself',
  })
}

function refused(why: string, write: readonly Statement[]): Chat4AllError {
  return new Chat4AllError('C4A_INTERNAL', {
    what: 'The database refused a statement',
    why: `${why} (in: ${write.map(({ sql }) => sql.slice(0, 80)).join('; ')})`,
    todo: 'This is a fault of the program: please report it',
  })
}
