import { notedLedger } from '../../storage/adapters/noted/ledger.ts'
import { notedSeen } from '../../storage/adapters/noted/seen.ts'
import { sqliteTimers } from '../../topology/adapters/sqlite/timers.ts'
import { ledgerSuite } from '../conformance/ledger.ts'
import { seenSuite } from '../conformance/seen.ts'
import { timersSuite } from '../conformance/timers.ts'
import { overDataFolder } from './data-folder.ts'

const month = 30 * 24 * 3_600_000

seenSuite(
  'noted in the log',
  overDataFolder(({ notes, tables }) => notedSeen(notes, tables)),
)
ledgerSuite(
  'noted in the log',
  overDataFolder(({ notes, tables }) => notedLedger(notes, tables, month)),
)
timersSuite(
  'noted in the log',
  overDataFolder(({ tables }) => sqliteTimers(tables)),
)
