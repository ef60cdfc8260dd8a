import { setTimeout as sleep } from 'node:timers/promises'
import type { Child } from '../harness/child.ts'
import { type Backlog, doneOf, recordsOf } from './backlog.ts'
import type { BenchServers } from './bench-servers.ts'
import { type Spending, spending, spentOnEach } from './spending.ts'

/** What a group's members did with a backlog. */
export interface Drained {
  readonly records: number
  /** NaN where it was too quick to be seen. */
  readonly perSecond: number
  /** On each record. */
  readonly spent: Spending
}

/** How often the group is asked how far it is; it commits every 50 ms. */
const askEveryMs = 20
const patienceMs = 300_000

/**
 * Sets a group back to where the backlog begins, lets these processes work on it, and times it from the first commit
 * that is seen to the last: how long it takes to join a group is not what is asked here.
 */
export async function drain(
  servers: BenchServers,
  group: string,
  backlog: Backlog,
  members: readonly Child[],
  job: object = {},
): Promise<Drained> {
  const records = recordsOf(backlog)
  await servers.broker.setOffsets(group, backlog.from)
  await Promise.all(members.map((member) => member.ask({ ask: 'resume', ...job })))
  const look = async (done: number) => {
    const atMs = performance.now()
    return { done, atMs, spent: await spending(servers, members) }
  }
  const begun = await look(0)
  let first: Awaited<ReturnType<typeof look>> | undefined
  try {
    for (const untilMs = performance.now() + patienceMs; performance.now() < untilMs; ) {
      const done = await doneOf(servers, group, backlog)
      if (first === undefined && done > 0) first = await look(done)
      if (first !== undefined && done >= records) {
        const last = await look(done)
        const timed = last.done - first.done
        // A stage that has nothing to write commits rarely: then all of it was done before it was first looked at.
        const since = timed > 0 ? first : begun
        return {
          records,
          perSecond: (timed / (last.atMs - first.atMs)) * 1_000 || Number.NaN,
          spent: spentOnEach(since.spent, last.spent, last.done - since.done),
        }
      }
      await sleep(askEveryMs)
    }
    const done = await doneOf(servers, group, backlog)
    throw new Error(`${group} did ${done} of ${records} records in ${patienceMs / 1_000} s`)
  } finally {
    await Promise.all(members.map((member) => member.ask({ ask: 'halt' })))
  }
}
