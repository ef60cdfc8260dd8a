import { join } from 'node:path'
import { workerSql } from '../../storage/adapters/pglite/worker-sql.ts'
import type { Case } from '../harness/case.ts'
import { formatted } from '../harness/format.ts'
import { targets } from '../harness/targets.ts'
import { tempFolder } from '../harness/temp-folder.ts'
import { statusRows } from './status-rows.ts'

/** P10: the status projection on the embedded tables, as the hub runs them; status-rows.ts says what is compared. */
export const statusProjection: Case = {
  targets: ['P10'],
  title: 'status rows against a bare upsert',
  async run({ effort, say }) {
    say('1,000 receipts a batch, on PGlite in its thread')
    const folder = tempFolder('status')
    const sql = workerSql({ folder: join(folder, 'tables'), damaged: 'refuse', log: say })
    try {
      const { ours, bare, ratio } = await statusRows(sql, { rounds: effort.rounds + 2 })
      return [
        {
          target: 'P10',
          what: 'facts against bare status upserts, PGlite',
          value: ratio,
          unit: 'x',
          beside: `${formatted(ours, '/s')} against ${formatted(bare, '/s')}`,
          ...targets.statusRows,
        },
      ]
    } finally {
      await sql.close()
    }
  },
}
