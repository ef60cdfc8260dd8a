import type { TestContext } from 'node:test'
import type { DataFolderOptions } from '../../../topology/adapters/file-log/data-folder.ts'
import type { FileBrokerOptions } from '../../../topology/adapters/file-log/file-broker.ts'
import { brokerConformance } from '../../conformance/broker.ts'
import { logFolder, openLog } from './log-folder.ts'

function opener(options: FileBrokerOptions & DataFolderOptions) {
  return async (t: TestContext) => {
    const folder = await logFolder(t)
    const { broker, close } = await openLog(t, folder, options)
    return {
      broker,
      async reopen() {
        await close()
        return (await openLog(t, folder, options)).broker
      },
    }
  }
}

const quick = { cleanEveryMs: 5, compactEvery: 300 }
brokerConformance('files', opener(quick))
// Everything is read back from files that end after a few commits: every border is crossed.
brokerConformance('files, short ones', opener({ ...quick, cacheBytes: 0, fileBytes: 2000 }))
