import { poolSql } from '../../../storage/adapters/postgres/pool-sql.ts'
import type { ClusterCase } from '../../cluster/cluster-case.ts'
import { formatted } from '../../harness/format.ts'
import { targets } from '../../harness/targets.ts'
import { statusRows as measured } from '../status-rows.ts'

/** C6: P10 on PostgreSQL with a standby that confirms each commit. */
export const statusRows: ClusterCase = {
  targets: ['C6'],
  title: 'status rows against a bare upsert by unnest',
  async run({ postgresUrl }, { effort, say }) {
    say('1,000 receipts a batch, each a transaction that a standby confirms')
    const sql = poolSql({ connectionString: postgresUrl })
    try {
      const { ours, bare, ratio } = await measured(sql, { rounds: effort.rounds + 2 })
      await sql.query('drop table bare_status')
      return [
        {
          target: 'C6',
          what: 'facts against bare status upserts, PostgreSQL',
          value: ratio,
          unit: 'x',
          beside: `${formatted(ours, '/s')} against ${formatted(bare, '/s')}`,
          ...targets.statusRows,
          reportedOnly: true,
        },
      ]
    } finally {
      await sql.close()
    }
  },
}
