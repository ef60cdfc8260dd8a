import type { Position } from '../../contract/record.ts'
import type { DatabaseSync } from '../sqlite/node-sqlite.ts'
import type { LogNotes } from './log-notes.ts'

/** How far each consumer group is. */
export interface CommittedOffsets {
  of(group: string): readonly Position[]
  offset(group: string, topic: string, partition: number): number | undefined
  /** In memory at once, so that a partition that moves on meanwhile starts from there; durable when it resolves. */
  commit(group: string, positions: readonly Position[]): Promise<void>
}

/**
 * Nobody's message waits for an offset, and one that is lost means work done twice, which everything behind it must bear anyway: so
 * offsets let a commit with records carry them along, and ask for one of their own only where none comes in this time.
 */
const patienceMs = 20

/** Group, topic, partition, offset. */
type Row = readonly [string, string, number, number]

const upsert = `
  INSERT OR REPLACE INTO offsets ("group", topic, partition, "offset")
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)`

export function committedOffsets(reader: DatabaseSync, notes: LogNotes): CommittedOffsets {
  const groups = new Map<string, Map<string, Position>>()
  let changed = new Map<string, Row>()
  let gathering = new Map<string, Row>()
  let riding: Promise<void> | null = null

  for (const row of reader.prepare('SELECT * FROM offsets').all()) {
    const { group, topic, partition, offset } = row
    remember([String(group), String(topic), Number(partition), Number(offset)])
  }
  const { note } = notes.join('offsets', {
    replay(text) {
      // What `commit` noted: the checksum held.
      for (const row of JSON.parse(text) as Row[]) change(row)
    },
    collect() {
      const taken = changed
      changed = new Map()
      if (taken.size === 0) return null
      return {
        write: [{ sql: upsert, params: [JSON.stringify([...taken.values()])] }],
        written() {},
        failed() {
          changed = new Map([...taken, ...changed])
        },
      }
    },
  })

  function remember([group, topic, partition, offset]: Row): void {
    const known = groups.get(group) ?? new Map<string, Position>()
    groups.set(group, known)
    known.set(`${partition}/${topic}`, { topic, partition, offset })
  }

  function change(row: Row): void {
    remember(row)
    changed.set(`${row[2]}/${row[1]}/${row[0]}`, row)
  }

  return {
    of: (group) => [...(groups.get(group)?.values() ?? [])],
    offset: (group, topic, partition) => groups.get(group)?.get(`${partition}/${topic}`)?.offset,
    commit(group, positions) {
      for (const { topic, partition, offset } of positions) {
        const row: Row = [group, topic, partition, offset]
        change(row)
        gathering.set(`${partition}/${topic}/${group}`, row)
      }
      riding ??= new Promise((resolve, reject) => {
        const text = () => {
          const rows = JSON.stringify([...gathering.values()])
          gathering = new Map()
          riding = null
          return rows
        }
        const settled = (error: unknown) => (error ? reject(error) : resolve())
        note({ text, settled }, patienceMs)
      })
      return riding
    },
  }
}
