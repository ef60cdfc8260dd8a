import { postgresHistory } from '../../../storage/adapters/postgres/history.ts'
import { poolSql } from '../../../storage/adapters/postgres/pool-sql.ts'
import type { ClusterCase } from '../../cluster/cluster-case.ts'
import { askHistory } from '../../harness/ask-history.ts'
import type { Figure } from '../../harness/figure.ts'
import { fillHistory } from '../../harness/fill-history.ts'
import { formatted } from '../../harness/format.ts'
import { settleHistory } from '../../harness/settle-history.ts'
import { targets } from '../../harness/targets.ts'

const parts = 8
/** Questions of each kind; asked one after another. */
const times = 400

/**
 * C7: how long questions to a large history take: five million messages of 100,000 conversations (100,000 of 2,000
 * in a quick run), each with its delivery, in eight parts by time. Each asks of a place that nobody asked for just before.
 */
export const historyQuery: ClusterCase = {
  targets: ['C7'],
  title: 'questions to a large history',
  async run({ postgresUrl }, { effort, say }) {
    const messages = effort.quick ? 100_000 : 5_000_000
    const sql = poolSql({ connectionString: postgresUrl, timeoutMs: 600_000 })
    try {
      const startMs = performance.now()
      const seconds = () => Math.round((performance.now() - startMs) / 1_000)
      const filled = await fillHistory(sql, {
        messages,
        conversations: messages / 50,
        parts,
        progress(done) {
          if (done % 500_000 === 0) say(`${done} messages after ${seconds()} s`)
        },
      })
      const filledSeconds = seconds()
      await settleHistory(sql, say)
      const history = postgresHistory(sql)
      await askHistory(history, filled, 20)
      const asked = await askHistory(history, filled, times)
      return asked.map(({ name, ms }): Figure => {
        const at = (share: number) => ms[Math.floor(ms.length * share)] ?? Number.NaN
        const [p50, p99] = [at(0.5), at(0.99)].map((each) => formatted(each, 'ms'))
        return {
          target: 'C7',
          what: `p95 among ${messages / 1e6} million: ${name}`,
          value: at(0.95),
          unit: 'ms',
          beside: `p50 ${p50}, p99 ${p99}; filled in ${filledSeconds} s`,
          ...targets.historyMs,
        }
      })
    } finally {
      await sql.close()
    }
  },
}
