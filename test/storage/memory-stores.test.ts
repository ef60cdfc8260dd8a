import { type BlobState, memoryBlobs } from '../../storage/adapters/memory/blobs.ts'
import { memoryFanOut } from '../../storage/adapters/memory/fan-out.ts'
import { type LedgerState, memoryLedger } from '../../storage/adapters/memory/ledger.ts'
import { memoryRateLimits } from '../../storage/adapters/memory/rate-limits.ts'
import { memorySeen, type SeenState } from '../../storage/adapters/memory/seen.ts'
import { memoryTimers, type TimerState } from '../../topology/adapters/memory-timers.ts'
import { blobsSuite } from '../conformance/blobs.ts'
import { fanOutSuite } from '../conformance/fan-out.ts'
import { ledgerSuite } from '../conformance/ledger.ts'
import { rateLimitsSuite } from '../conformance/rate-limits.ts'
import { overState } from '../conformance/reopening.ts'
import { seenSuite } from '../conformance/seen.ts'
import { timersSuite } from '../conformance/timers.ts'

seenSuite(
  'memory',
  overState((): SeenState => new Map(), memorySeen),
)
ledgerSuite(
  'memory',
  overState((): LedgerState => new Map(), memoryLedger),
)
blobsSuite(
  'memory',
  overState((): BlobState => new Map(), memoryBlobs),
)
timersSuite(
  'memory',
  overState((): TimerState => new Map(), memoryTimers),
)

fanOutSuite('memory', async (t, processes) => {
  const fanOut = memoryFanOut()
  t.after(() => fanOut.close())
  return Array.from({ length: processes }, () => fanOut)
})

rateLimitsSuite('memory', async (_, processes) => {
  const limits = memoryRateLimits(() => performance.now())
  return Array.from({ length: processes }, () => limits)
})
