import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { workerSql } from '../../../storage/adapters/pglite/worker-sql.ts'
import { postgresDirectory } from '../../../storage/adapters/postgres/directory.ts'
import { postgresHistory } from '../../../storage/adapters/postgres/history.ts'
import { postgresInbox } from '../../../storage/adapters/postgres/inbox.ts'
import { directorySuite } from '../../conformance/directory.ts'
import { historySuite } from '../../conformance/history.ts'
import { historyBatchesSuite } from '../../conformance/history-batches.ts'
import { inboxSuite } from '../../conformance/inbox.ts'
import { postgresNotesSuite } from '../../conformance/postgres-notes.ts'
import { sqlSuite } from '../../conformance/sql.ts'

// One for all cases: it takes seconds to make.
const folder = mkdtempSync(join(tmpdir(), 'c4a-tables-'))
const sql = workerSql({ folder: join(folder, 'tables'), damaged: 'refuse', log: () => {} })
after(async () => {
  await sql.close()
  rmSync(folder, { recursive: true })
})

sqlSuite('PGlite in a thread', async () => sql)
historySuite('PGlite in a thread', async () => postgresHistory(sql))
historyBatchesSuite('PGlite in a thread', async () => postgresHistory(sql))
postgresNotesSuite('PGlite in a thread', async () => sql)
directorySuite('PGlite in a thread', async () => postgresDirectory(sql))
inboxSuite('PGlite in a thread', async () => ({
  history: postgresHistory(sql),
  directory: postgresDirectory(sql),
  inbox: postgresInbox(sql),
}))
