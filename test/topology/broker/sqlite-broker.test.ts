import type { TestContext } from 'node:test'
import type { SqliteBrokerOptions } from '../../../topology/adapters/sqlite/sqlite-broker.ts'
import { brokerConformance } from '../../conformance/broker.ts'
import { logFolder, openLog } from './log-folder.ts'

function opener(options: SqliteBrokerOptions) {
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
brokerConformance('sqlite', opener(quick))
// Everything is read back from the file.
brokerConformance('sqlite, without a cache', opener({ ...quick, cacheBytes: 0 }))
