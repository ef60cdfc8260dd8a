import type { NewRecord } from '../../contract/record.ts'
import type { Timer, TimerStore } from '../../ports/timers.ts'

import type { SideTables } from './side-tables.ts'
import type { Row } from './statement.ts'

const schema = [
  `create table if not exists timers (
    id text primary key,
    due_ms integer not null,
    record text not null,
    value blob
  ) strict, without rowid`,
  'create index if not exists timers_due on timers (due_ms, id)',
]

// Values go as hex within the JSON: one statement for all, and no buffer is copied between threads.
const schedule = `
  insert into timers (id, due_ms, record, value)
  select value ->> 0, value ->> 1, value ->> 2, unhex(value ->> 3) from json_each(?1) where true order by key
  on conflict (id) do nothing`

const forget = 'delete from timers where id in (select value from json_each(?1))'

const dueNow =
  'select id, due_ms, record, value from timers where due_ms <= ? order by due_ms, id limit ?'

/** Timers beside the log, in its tables. */
export async function sqliteTimers({ commits, reader }: SideTables): Promise<TimerStore> {
  await commits.write(schema.map((sql) => ({ sql, params: [] })))
  const due = reader.prepare(dueNow)

  return {
    async schedule(timers) {
      if (timers.length === 0) return
      const batch = JSON.stringify(timers.map(valuesOf))
      await commits.write([{ sql: schedule, params: [batch] }])
    },
    async due(nowMs, limit) {
      return due.all(nowMs, limit).map((row) => timerOf(row as Row)) // the columns of the table above
    },
    async done(ids) {
      if (ids.length === 0) return
      // Without waiting for the disk: a timer that comes back after a power cut is handed out again,
      // as it would be after a crash just before this call.
      await commits.write([{ sql: forget, params: [JSON.stringify(ids)] }], { relaxed: true })
    },
  }
}

function valuesOf({ id, dueMs, record }: Timer) {
  const { topic, key, value, headers, timestampMs, partition } = record
  const bytes = value && Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')
  return [id, dueMs, JSON.stringify({ topic, key, headers, timestampMs, partition }), bytes]
}

function timerOf(row: Row): Timer {
  // JSON left out what was undefined, so the record leaves it out again.
  const record: Omit<NewRecord, 'value'> = JSON.parse(String(row['record']))
  const value = row['value'] instanceof Uint8Array ? row['value'] : null
  return { id: String(row['id']), dueMs: Number(row['due_ms']), record: { ...record, value } }
}
