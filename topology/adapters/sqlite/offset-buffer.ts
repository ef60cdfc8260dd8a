import type { Position } from '../../contract/record.ts'
import type { GroupCommit } from './group-commit.ts'

/** Makes committed offsets durable, those of all groups in one statement. */
export interface OffsetBuffer {
  commit(group: string, positions: readonly Position[]): Promise<void>
}

/**
 * Nobody's message waits for an offset, and one that is lost means work done twice, which everything behind it must bear anyway: so
 * offsets let a commit with records carry them along, and ask for one of their own only where none comes in this time.
 */
const patienceMs = 20

const upsert = `
  INSERT OR REPLACE INTO offsets ("group", topic, partition, "offset")
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)`

export function offsetBuffer(commits: GroupCommit): OffsetBuffer {
  let gathering = new Map<string, readonly [string, string, number, number]>()
  let riding: Promise<void> | null = null

  return {
    commit(group, positions) {
      for (const { topic, partition, offset } of positions) {
        gathering.set(`${partition}/${topic}/${group}`, [group, topic, partition, offset])
      }
      riding ??= commits.ride(() => {
        const rows = JSON.stringify([...gathering.values()])
        gathering = new Map()
        riding = null
        return [{ sql: upsert, params: [rows] }]
      }, patienceMs)
      return riding
    },
  }
}
