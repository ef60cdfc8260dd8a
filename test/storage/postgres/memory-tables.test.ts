import { memoryDirectory } from '../../../storage/adapters/memory/directory.ts'
import { memoryHistory } from '../../../storage/adapters/memory/history.ts'
import { memoryInbox } from '../../../storage/adapters/memory/inbox.ts'
import { directorySuite } from '../../conformance/directory.ts'
import { historySuite } from '../../conformance/history.ts'
import { historyBatchesSuite } from '../../conformance/history-batches.ts'
import { inboxSuite } from '../../conformance/inbox.ts'

historySuite('memory', async () => memoryHistory())
historyBatchesSuite('memory', async () => memoryHistory())
directorySuite('memory', async () => memoryDirectory())
inboxSuite('memory', async () => {
  const [history, directory] = [memoryHistory(), memoryDirectory()]
  return { history, directory, inbox: memoryInbox(history, directory) }
})
