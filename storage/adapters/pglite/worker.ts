import { parentPort, workerData } from 'node:worker_threads'
import { isCode } from '../../../topology/contract/errors.ts'
import type { Sql } from '../../ports/sql.ts'
import { storeError } from '../postgres/store-error.ts'
import { type OpenFolder, openFolder } from './open-folder.ts'
import { type Asked, carried, type Told } from './worker-protocol.ts'

// The thread that PGlite runs in: it would block the one that accepts messages. One folder, one thread.

const tell = (told: Told): void => parentPort?.postMessage(told)

/** Single-user PostgreSQL has no autovacuum. Only a row that is written over leaves a dead one behind. */
const sweepEveryMs = 60_000
const hotTable = 'projection_state'
/** The planner's statistics, likewise. */
const sweepsPerAnalyze = 10

function serve(open: OpenFolder): void {
  let written = false
  let sweeps = 0
  const sweep = setInterval(() => {
    if (!written) return
    written = false
    sweeps += 1
    const text = sweeps % sweepsPerAnalyze === 1 ? 'analyze' : `vacuum ${hotTable}`
    // A sweep that fails is repeated in a minute; damage shows on the next statement, too.
    open.sql.query(text).catch(() => {})
  }, sweepEveryMs)

  const answer = async (asked: Exclude<Asked, { kind: 'close' }>): Promise<void> => {
    try {
      if (asked.kind === 'query') {
        tell({ kind: 'rows', id: asked.id, rows: await open.sql.query(asked.text, asked.params) })
      } else {
        written = true
        await open.sql.batch(asked.statements)
        tell({ kind: 'rows', id: asked.id, rows: [] })
      }
    } catch (error) {
      const ours = storeError(error)
      if (isCode(ours, 'C4A_STORE_CORRUPT')) open.distrust(ours.explanation.why)
      tell({ kind: 'failed', id: asked.id, error: carried(ours) })
    }
  }

  parentPort?.on('message', (asked: Asked) => {
    if (asked.kind !== 'close') void answer(asked)
    else {
      clearInterval(sweep)
      void close(open.sql)
    }
  })
  tell({ kind: 'open' })
}

/** PGlite queues: what was asked before is answered before. */
async function close(sql: Sql): Promise<void> {
  await sql.close()
  parentPort?.close()
}

try {
  serve(await openFolder(String(workerData)))
} catch (error) {
  tell({ kind: 'not-open', error: carried(storeError(error)) })
  parentPort?.close()
}
