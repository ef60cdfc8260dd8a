import { parseArgs } from 'node:util'
import { postgresHistory } from '../storage/adapters/postgres/history.ts'
import { poolSql } from '../storage/adapters/postgres/pool-sql.ts'
import { askHistory } from './harness/ask-history.ts'
import { fillHistory } from './harness/fill-history.ts'

/**
 * How long questions to a large history take, on the PostgreSQL of C4A_TEST_POSTGRES:
 *
 *   npm run services -- with postgres -- node bin/node24.js bench/history-query.ts --messages 5000000 --parts 8
 */
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '5000000' },
    conversations: { type: 'string', default: '100000' },
    parts: { type: 'string', default: '8' },
    times: { type: 'string', default: '400' },
    /** Of a history that was filled before, alike: it is asked again. */
    tenant: { type: 'string' },
  },
})
const connectionString = process.env['C4A_TEST_POSTGRES']
if (connectionString === undefined) {
  throw new Error(
    'C4A_TEST_POSTGRES names no server: run it under `npm run services -- with postgres --`',
  )
}

const sql = poolSql({ connectionString, timeoutMs: 600_000 })
try {
  const startMs = performance.now()
  const seconds = () => Math.round((performance.now() - startMs) / 1_000)
  const size = { messages: Number(values.messages), conversations: Number(values.conversations) }
  const filled = values.tenant
    ? { tenant: values.tenant, ...size }
    : await fillHistory(sql, {
        ...size,
        parts: Number(values.parts),
        progress(messages) {
          if (messages % 500_000 === 0) console.log(`${messages} messages after ${seconds()} s`)
        },
      })
  console.log(`${filled.messages} messages of ${filled.tenant}, filled in ${seconds()} s`)
  const history = postgresHistory(sql)
  await askHistory(history, filled, 20)
  for (const { name, ms } of await askHistory(history, filled, Number(values.times))) {
    const at = (share: number) => (ms[Math.floor(ms.length * share)] ?? 0).toFixed(1)
    console.log(`p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms: ${name}`)
  }
} finally {
  await sql.close()
}
