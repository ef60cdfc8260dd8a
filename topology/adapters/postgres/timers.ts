import { randomUUID } from 'node:crypto'
import type { NewRecord } from '../../contract/record.ts'
import type { Timer, TimerStore } from '../../ports/timers.ts'

/**
 * The tables, migrated; the composition root hands them in. int8 comes back as a number, bytea as bytes.
 * Throws C4A_STORE_UNREACHABLE while the server is away.
 */
export interface TimerTables {
  query<Row extends object>(
    text: string,
    params: readonly (string | number)[],
  ): Promise<readonly Row[]>
}

interface DueRow {
  readonly id: Uint8Array
  readonly due_ms: number
  readonly record: Uint8Array
  readonly value: Uint8Array | null
}

// Bytes go as hex within one JSON text: a single parameter, however many timers, and no text that
// PostgreSQL could refuse. Sorted, so that two who schedule the same ones do not wait in a ring.
// Durable where the server's own rule would have a commit weaker: a lost timer is a lost record.
const scheduleAll = `
  with durably as (
    select set_config('synchronous_commit', 'on', true)
    where current_setting('synchronous_commit') in ('off', 'local', 'remote_write')
  )
  insert into timer (id, due_ms, record, value)
  select decode(each ->> 0, 'hex') as id, (each ->> 1)::bigint,
    decode(each ->> 2, 'hex'), decode(each ->> 3, 'hex')
  from json_array_elements($1::json) with ordinality as timers (each, nth)
  where (select count(*) from durably) >= 0
  order by id, nth
  on conflict (id) do nothing`

// The turn is looked at only when something is due, so an idle hub writes nothing. Whoever has it keeps
// it by asking; it ends by itself, by the server's clock, when its holder is gone.
const dueNow = `
  with due as (
    select id, due_ms, record, value from timer where due_ms <= $1 order by due_ms, id limit $2
  ), turn as (
    insert into timer_turn as known (holder, until)
    select $3, now() + $4::bigint * interval '1 millisecond' where exists (select from due)
    on conflict (one) do update set holder = excluded.holder, until = excluded.until
      where known.holder = excluded.holder or known.until <= now()
    returning one
  )
  select due.* from due, turn order by due_ms, id`

const forget = `
  delete from timer where id in (
    select decode(id, 'hex') from json_array_elements_text($1::json) as ids (id))`

/** Longer than an append takes; so long nothing is appended after the death of a process that had its turn. */
const turnMs = 10_000

/**
 * Timers on a PostgreSQL server, for all processes of a pipeline. Each may ask what is due; one at a
 * time is told, the others find nothing until it is gone.
 */
export function postgresTimers(tables: TimerTables, options: { turnMs?: number } = {}): TimerStore {
  const holder = randomUUID()
  const holdMs = options.turnMs ?? turnMs

  return {
    async schedule(timers) {
      if (timers.length === 0) return
      await tables.query(scheduleAll, [JSON.stringify(timers.map(valuesOf))])
    },
    async due(nowMs, limit) {
      const rows = await tables.query<DueRow>(dueNow, [nowMs, limit, holder, holdMs])
      return rows.map(timerOf)
    },
    async done(ids) {
      if (ids.length === 0) return
      await tables.query(forget, [JSON.stringify(ids.map(hexOf))])
    },
  }
}

const hexOf = (text: string): string => Buffer.from(text).toString('hex')
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

function valuesOf({ id, dueMs, record }: Timer) {
  const { topic, key, value, headers, timestampMs, partition } = record
  const about = JSON.stringify({ topic, key, headers, timestampMs, partition })
  const bytes = value && Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')
  return [hexOf(id), dueMs, hexOf(about), bytes]
}

function timerOf({ id, due_ms: dueMs, record, value }: DueRow): Timer {
  // JSON left out what was undefined, so the record leaves it out again.
  const about: Omit<NewRecord, 'value'> = JSON.parse(textOf(record))
  return { id: textOf(id), dueMs, record: { ...about, value } }
}
