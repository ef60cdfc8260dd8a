import { parentPort, workerData } from 'node:worker_threads'
import { commitTransaction } from './commit-transaction.ts'
import { DatabaseSync } from './node-sqlite.ts'
import { prepareDatabase } from './prepare-database.ts'
import type { CommitJob } from './statement.ts'

// The worker behind `threadWriter`: the database's only writing connection lives here, so that fsync never
// holds up the event loop of the process.

const database = new DatabaseSync(String(workerData))
const port = parentPort
if (!port) throw new Error('writer-thread.ts runs as a worker only')

try {
  prepareDatabase(database)
  const commit = commitTransaction(database)
  port.on('message', (job: CommitJob | 'close') => {
    if (job === 'close') {
      database.close()
      port.close()
      return
    }
    try {
      port.postMessage(commit(job))
    } catch (failure) {
      port.postMessage({ failure })
    }
  })
  port.postMessage('ready')
} catch (error) {
  port.postMessage({
    failure: { message: error instanceof Error ? error.message : String(error), lasting: true },
  })
}
