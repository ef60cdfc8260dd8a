import { memoryDirectory } from '../../../storage/adapters/memory/directory.ts'
import { memoryHistory } from '../../../storage/adapters/memory/history.ts'
import { directorySuite } from '../../conformance/directory.ts'
import { historySuite } from '../../conformance/history.ts'
import { historyBatchesSuite } from '../../conformance/history-batches.ts'

historySuite('memory', async () => memoryHistory())
historyBatchesSuite('memory', async () => memoryHistory())
directorySuite('memory', async () => memoryDirectory())
