import { sqliteLedger } from '../../storage/adapters/sqlite/ledger.ts'
import { sqliteSeen } from '../../storage/adapters/sqlite/seen.ts'
import { sqliteTimers } from '../../topology/adapters/sqlite/timers.ts'
import { ledgerSuite } from '../conformance/ledger.ts'
import { seenSuite } from '../conformance/seen.ts'
import { timersSuite } from '../conformance/timers.ts'
import { overDataFolder } from './data-folder.ts'

const month = 30 * 24 * 3_600_000

seenSuite(
  'SQLite',
  overDataFolder(({ tables: { commits } }) => sqliteSeen(commits)),
)
ledgerSuite(
  'SQLite',
  overDataFolder(({ tables: { commits } }) => sqliteLedger(commits, month)),
)
timersSuite(
  'SQLite',
  overDataFolder(({ tables }) => sqliteTimers(tables)),
)
