import { mkdirSync, renameSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { Chat4AllError, isCode } from '../../../topology/contract/errors.ts'
import type { Sql } from '../../ports/sql.ts'
import { closedError } from '../postgres/store-error.ts'
import type { Asked, CarriedError, Told } from './worker-protocol.ts'

export interface WorkerSqlSettings {
  /** Made when absent. Nobody else may have it open. */
  readonly folder: string
  /** What happens to damaged files: `rebuild` moves them aside and begins anew, `refuse` throws C4A_STORE_CORRUPT. */
  readonly damaged: 'rebuild' | 'refuse'
  /** One sentence for people, when something out of the ordinary happened. */
  readonly log: (sentence: string) => void
  /** First wait before a thread that ended is started again; doubles up to 60 times it. 500 ms unless told otherwise. */
  readonly backoffMs?: number
}

/**
 * PGlite in a thread of its own, started at once and in the background.
 *
 * - opening: the thread reads or makes the files (3 s when new, 0.5 s else). Questions wait.
 * - open: questions go through, in order.
 * - away: the thread ended by itself. What it had not answered fails, and so does every question
 *   until the back-off has passed and a new thread is opening. A commit whose answer was lost may
 *   have happened: History.apply may be repeated.
 * - damaged (only with `refuse`): every question throws C4A_STORE_CORRUPT. With `rebuild` the folder
 *   is renamed to `<folder>.damaged-<time>`, and a new thread makes a new one, of another epoch.
 * - closed: as the port says.
 */
export function workerSql(settings: WorkerSqlSettings): Sql {
  const firstBackoff = settings.backoffMs ?? 500
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let refusal: Chat4AllError | undefined
  let unsent: Asked[] | undefined
  let nextId = 1
  let backoffMs = firstBackoff
  let retry: NodeJS.Timeout | undefined
  let closing: Promise<void> | undefined

  const start = (): void => {
    refusal = undefined
    unsent = []
    const thread = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: settings.folder,
      // not ours: --eval, --test and the like are for the process, and would stop the thread
      execArgv: [],
    })
    worker = thread
    let ending: CarriedError | undefined
    thread.on('message', (told: Told) => {
      if (told.kind === 'open') opened(thread)
      else if (told.kind === 'not-open') ending = told.error
      else settle(told)
    })
    thread.on('error', (error) => {
      ending ??= awayError(error.message)
    })
    thread.on('exit', (code) => ended(ending ?? awayError(`its thread ended with code ${code}`)))
  }

  const opened = (thread: Worker): void => {
    backoffMs = firstBackoff
    for (const asked of unsent ?? []) thread.postMessage(asked, bytesIn(asked))
    unsent = undefined
  }

  const settle = (told: Extract<Told, { id: number }>): void => {
    const question = waiting.get(told.id)
    waiting.delete(told.id)
    if (told.kind === 'rows') question?.resolve(told.rows)
    else question?.reject(new Chat4AllError(told.error.code, told.error.explanation))
  }

  const ended = (ending: CarriedError): void => {
    worker = undefined
    const error =
      closing !== undefined ? closedError() : new Chat4AllError(ending.code, ending.explanation)
    if (
      closing === undefined &&
      isCode(error, 'C4A_STORE_CORRUPT') &&
      settings.damaged === 'rebuild'
    ) {
      // Questions that came while it was opening wait on: they are for the new tables as well.
      const kept = unsent ?? []
      if (setAside(error)) {
        start()
        unsent = kept
        return
      }
    }
    refusal = error
    unsent = undefined
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
    if (closing !== undefined || isCode(error, 'C4A_STORE_CORRUPT')) return
    settings.log(`${error.message} Next try in ${backoffMs} ms.`)
    retry = setTimeout(start, backoffMs)
    retry.unref()
    backoffMs = Math.min(backoffMs * 2, firstBackoff * 60)
  }

  const setAside = (error: Chat4AllError): boolean => {
    const aside = `${settings.folder}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
    try {
      renameSync(settings.folder, aside)
      mkdirSync(settings.folder, { recursive: true })
    } catch {
      return false // rights or a mount point: then it is refused, with the reason it was damaged
    }
    settings.log(
      `The tables in ${settings.folder} are damaged (${error.explanation.why}). They were moved to ${aside}, and are made anew from the log.`,
    )
    return true
  }

  const ask = (asked: Asked & { readonly id: number }): Promise<readonly object[]> => {
    if (closing !== undefined) return Promise.reject(closedError())
    if (refusal) return Promise.reject(refusal)
    return new Promise((resolve, reject) => {
      waiting.set(asked.id, { resolve, reject })
      if (unsent) unsent.push(asked)
      else worker?.postMessage(asked, bytesIn(asked))
    })
  }

  const close = async (): Promise<void> => {
    clearTimeout(retry)
    const thread = worker
    if (!thread) return
    const exit = new Promise<void>((resolve) => thread.once('exit', () => resolve()))
    if (unsent) unsent.push({ kind: 'close' })
    else thread.postMessage({ kind: 'close' } satisfies Asked)
    await exit
  }

  start()
  return {
    async query<Row extends object>(text: string, params = []) {
      const rows = await ask({ kind: 'query', id: nextId++, text, params })
      return rows as readonly Row[] // the caller's SQL says what its rows are
    },
    async batch(statements) {
      await ask({ kind: 'batch', id: nextId++, statements })
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

interface Waiting {
  resolve(rows: readonly object[]): void
  reject(error: Error): void
}

/** They go over to the thread, instead of a copy of them. */
const bytesIn = (asked: Asked): ArrayBuffer[] =>
  asked.kind === 'batch'
    ? asked.statements.flatMap((each) => ('copyInto' in each ? each.rows.buffer : []))
    : []

const awayError = (why: string): CarriedError => ({
  code: 'C4A_STORE_UNREACHABLE',
  explanation: {
    what: 'The embedded PostgreSQL is not there',
    why,
    todo: 'It is started again by itself',
  },
})
