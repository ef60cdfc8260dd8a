import { headerNames } from '../../domain/headers.ts'
import { instant } from '../../domain/instant.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { StoredRecord } from '../../topology/contract/record.ts'
import type { PartitionEnds } from '../../topology/ports/broker.ts'
import { type Caller, isRoot } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import { codeOf, type DeadLetterJson, deadLetterJson, diedAtMs } from './dead-letter-json.ts'

export interface DeadLetterStageJson {
  readonly stage: string
  readonly topic: string
  readonly count: number
  readonly complete: boolean
  readonly oldest?: string | undefined
  readonly newest?: string | undefined
  readonly byCode: Readonly<Record<string, number>>
}

export interface DeadLetterPage {
  readonly stage: string
  readonly topic: string
  readonly deadLetters: readonly DeadLetterJson[]
  readonly next?: string | undefined
}

export interface DeadLetterQuery {
  readonly limit: number
  /** `partition/offset`. */
  readonly from?: string | undefined
}

export interface DeadLetters {
  list(caller: Caller): Promise<readonly DeadLetterStageJson[]>
  /** In order of partition and offset. Throws C4A_NOT_FOUND for a stage that is none. */
  show(stage: string, query: DeadLetterQuery, caller: Caller): Promise<DeadLetterPage>
}

// What one request may look through, so that a full dead-letter topic cannot hold up the process.
const mostRecords = 10_000
const batch = 200

/**
 * Read outside any group, so looking changes nothing. A tenant sees its own; what has lost its tenant,
 * because it could not be read, only the bootstrap key sees.
 */
export function deadLetterOperations(
  tools: Pick<GatewayTools, 'broker' | 'codec' | 'content' | 'deadLetters'>,
): DeadLetters {
  const { broker, deadLetters } = tools

  /** The records of one partition from `offset` to `end`, as they are read. */
  async function* recordsOf({ topic, partition, next }: PartitionEnds, offset: number) {
    let at = offset
    while (at < next) {
      const options = { maxRecords: batch, maxWaitMs: 0 }
      const records = await broker.read({ topic, partition, offset: at }, options)
      const last = records.at(-1)
      if (!last) return
      yield* records
      at = last.offset + 1
    }
  }

  async function summary(stage: string, topic: string, caller: Caller) {
    const ends = await broker.ends(topic)
    const perPartition = Math.ceil(mostRecords / ends.length)
    const byCode: Record<string, number> = {}
    let complete = true
    let count = 0
    let oldest = Number.POSITIVE_INFINITY
    let newest = 0
    for (const end of ends) {
      const first = Math.max(end.earliest, end.next - perPartition)
      if (first > end.earliest) complete = false
      for await (const record of recordsOf(end, first)) {
        if (!mayShow(record, caller)) continue
        const code = codeOf(record)
        const diedAt = diedAtMs(record)
        byCode[code] = (byCode[code] ?? 0) + 1
        oldest = Math.min(oldest, diedAt)
        newest = Math.max(newest, diedAt)
        count++
      }
    }
    const times = count > 0 ? { oldest: instant(oldest), newest: instant(newest) } : {}
    return { stage, topic, count, complete, ...times, byCode }
  }

  return {
    async list(caller) {
      const all: DeadLetterStageJson[] = []
      for (const [stage, topic] of deadLetters.topics) {
        all.push(await summary(stage, topic, caller))
      }
      return all
    },

    async show(stage, { limit, from = '0/0' }, caller) {
      const topic = deadLetters.topics.get(stage)
      if (topic === undefined) throw noStage(stage, [...deadLetters.topics.keys()])
      const [partition = 0, offset = 0] = from.split('/').map(Number)
      const shown: DeadLetterJson[] = []
      let read = 0
      for (const end of await broker.ends(topic)) {
        if (end.partition < partition) continue
        const first = end.partition === partition ? Math.max(offset, end.earliest) : end.earliest
        for await (const record of recordsOf(end, first)) {
          if (shown.length === limit || read === mostRecords) {
            return { stage, topic, deadLetters: shown, next: `${end.partition}/${record.offset}` }
          }
          read++
          if (mayShow(record, caller)) shown.push(await deadLetterJson(record, tools))
        }
      }
      return { stage, topic, deadLetters: shown }
    },
  }
}

const mayShow = ({ headers }: StoredRecord, caller: Caller): boolean =>
  isRoot(caller) || headers[headerNames.tenant] === caller.tenant

function noStage(stage: string, stages: readonly string[]): Chat4AllError {
  return new Chat4AllError('C4A_NOT_FOUND', {
    what: `No stage '${stage}' is known`,
    why: 'the pipeline that runs has none of that id',
    todo: `Use one of ${stages.join(', ')}`,
  })
}
