import { Chat4AllError } from '../../contract/errors.ts'
import type { Row, Statement, Write, Writer, WriterFailure } from './statement.ts'

/**
 * Lets concurrent writers share transactions and fsyncs: while one commit is under way the next gathers.
 * Writes are executed in the order they were asked for.
 */
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
  /**
   * A write that is put together only when its commit begins, to take along all that came until then. Blobs on shared memory are
   * not copied for the writer's thread; they may be overwritten when the next late write is asked for, since commits do not overlap.
   */
  writeLate(build: () => Write): Promise<void>
  /** More came for a late write that was asked for: the commit waits a little longer for what else is coming. */
  more(): void
  /**
   * A write that may wait for company: it is executed, durably, with the next commit that needs the disk anyway, after that
   * one's own writes, and at the latest after `patienceMs`. Put together like a late write.
   */
  ride(build: () => Write, patienceMs: number): Promise<void>
  /** Resolves when nothing is under way or waiting. */
  idle(): Promise<void>
}

interface Waiting {
  readonly build: () => Write
  readonly sync: boolean
  readonly resolve: (rows: readonly (readonly Row[])[]) => void
  readonly reject: (error: unknown) => void
}

/** More writes than this wait for the next commit, so that no transaction grows without bound. */
const writesPerCommit = 2048

/**
 * A commit costs much and its first writes little, so it begins when a turn of the event loop brought no more writes: then
 * everybody who was about to write is in. So many writes, or so long a wait, are enough in any case.
 */
const enough = 64
const longestWaitMs = 2

/** `nowMs` is a clock that only goes forward. */
export function groupCommit(
  writer: Writer,
  nowMs: () => number = () => performance.now(),
): GroupCommit {
  let queue: Waiting[] = []
  let running = false
  let scheduled = false
  let broken: WriterFailure | null = null
  /** Writes since the last commit began, as they are counted for `enough`. */
  let came = 0
  let riders: Waiting[] = []
  let boarding: NodeJS.Timeout | null = null
  let leaving = false
  const whenIdle: (() => void)[] = []

  function enter(entry: Waiting): void {
    if (broken) {
      entry.reject(unreachable(broken))
    } else {
      queue.push(entry)
      came += 1
      schedule()
    }
  }

  function schedule(): void {
    if (scheduled || running) return
    scheduled = true
    const sinceMs = nowMs()
    const look = (before: number) => {
      if (came > before && came < enough && nowMs() - sinceMs < longestWaitMs) {
        const now = came
        setImmediate(() => look(now))
        return
      }
      scheduled = false
      void commit()
    }
    // The turn's end, not the microtask's: callers just answered write again in this turn.
    setImmediate(() => look(0))
  }

  async function commit(): Promise<void> {
    const group = queue.slice(0, writesPerCommit)
    queue = queue.slice(writesPerCommit)
    came = queue.length
    if (riders.length > 0 && (leaving || group.some(({ sync }) => sync))) board(group)
    if (group.length === 0) return settleIdle()
    running = true
    try {
      const writes = group.map(({ build }) => build())
      const job = { writes, sync: group.some(({ sync }) => sync) }
      const results = await writer.run(job)
      group.forEach(({ resolve, reject }, index) => {
        const result = results[index]
        if (result && 'rows' in result) resolve(result.rows)
        else reject(refused(result?.refused ?? 'no answer came', job.writes[index] ?? []))
      })
    } catch (failure) {
      fail(group, asFailure(failure))
    }
    running = false
    if (queue.length > 0 || leaving) schedule()
    else settleIdle()
  }

  function board(group: Waiting[]): void {
    for (const rider of riders) group.push(rider)
    riders = []
    leaving = false
    if (boarding) clearTimeout(boarding)
    boarding = null
  }

  function leave(): void {
    if (boarding) clearTimeout(boarding)
    boarding = null
    leaving = riders.length > 0
    if (leaving) schedule()
  }

  function fail(group: readonly Waiting[], failure: WriterFailure): void {
    const error = unreachable(failure)
    for (const { reject } of group) reject(error)
    if (!failure.lasting) return
    // After a failed fsync the system may have dropped the pages it could not write, and a second one would
    // succeed without them (https://lwn.net/Articles/752063/). So nothing more is acknowledged here.
    broken = failure
    leaving = false
    for (const { reject } of [...queue.splice(0), ...riders.splice(0)]) reject(error)
  }

  function settleIdle(): void {
    if (queue.length === 0 && riders.length === 0)
      for (const resolve of whenIdle.splice(0)) resolve()
  }

  return {
    write: (write, { relaxed = false } = {}) =>
      new Promise((resolve, reject) =>
        enter({ build: () => write, sync: !relaxed, resolve, reject }),
      ),
    writeLate: (build) =>
      new Promise((resolve, reject) =>
        enter({ build, sync: true, resolve: () => resolve(), reject }),
      ),
    more() {
      came += 1
    },
    ride: (build, patienceMs) =>
      new Promise((resolve, reject) => {
        if (broken) return reject(unreachable(broken))
        riders.push({ build, sync: true, resolve: () => resolve(), reject })
        boarding ??= setTimeout(leave, patienceMs)
      }),
    idle() {
      if (riders.length > 0) leave()
      if (!running && queue.length === 0 && riders.length === 0) return Promise.resolve()
      return new Promise((resolve) => whenIdle.push(resolve))
    },
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
