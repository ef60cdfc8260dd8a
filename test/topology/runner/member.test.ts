import assert from 'node:assert/strict'
import { test } from 'node:test'
import { virtualClock } from '../../../topology/adapters/virtual-clock.ts'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import type { Broker, Consumer, ConsumerListener } from '../../../topology/ports/broker.ts'
import { silentMeter } from '../../../topology/ports/meter.ts'
import type { RunnerContext } from '../../../topology/runner/context.ts'
import { Member, type Taken } from '../../../topology/runner/member.ts'

const fenced = () => new Chat4AllError('C4A_EPOCH_FENCED', { what: 'w', why: 'y', todo: 't' })

/** A member on a log that only takes commits; `refuse` says which partitions are fenced. */
function rig(refuse: (partition: number) => boolean, answered: Promise<void>) {
  const clock = virtualClock()
  const committed: string[] = []
  const taken: Taken[] = []
  let listener: ConsumerListener | undefined
  const consumer: Consumer = {
    pause() {},
    resume() {},
    lastContactMs: () => 0,
    close: async () => {},
    async commit(offsets) {
      if (offsets.some(({ partition }) => refuse(partition))) throw fenced()
      for (const { partition, offset } of offsets) committed.push(`${partition}:${offset}`)
    },
  }
  const broker: Pick<Broker, 'subscribe'> = {
    async subscribe(_options, given) {
      listener = given
      await answered
      return consumer
    },
  }
  const member = new Member(
    // All that a member asks of its context.
    { broker, clock, meter: silentMeter } as unknown as RunnerContext,
    {
      stageId: 's',
      group: 'g',
      topics: ['a'],
      window: 100,
      windowBytes: 1e6,
      commitEveryMs: 10,
      drainMs: 10,
    },
    {
      assigned: async () => {},
      released: async () => {},
      taken: (records) => taken.push(...records),
    },
  )
  /** Hands one record of each partition over and settles it. */
  async function finishOneOfEach(partitions: readonly number[]): Promise<void> {
    const owned = partitions.map((partition) => ({ topic: 'a', partition, epoch: 1, offset: 0 }))
    await listener?.onAssign(owned)
    for (const each of owned) {
      listener?.onRecords(each, [{ ...each, key: 'k', value: null, headers: {}, timestampMs: 0 }])
    }
    for (const each of taken) member.settle(each)
  }
  return { clock, committed, member, finishOneOfEach }
}

test('a partition that is gone does not keep the others from being committed', async () => {
  const { clock, committed, member, finishOneOfEach } = rig(
    (partition) => partition === 0,
    Promise.resolve(),
  )
  await member.join()
  await finishOneOfEach([0, 1])
  await clock.advance(100)
  assert.deepEqual(committed, ['1:1'])
})

// Found by the engine's simulator (seed 60): it was taken for committed, and the group stayed behind for good.
test('what is finished before the log has answered the join is committed after it', async () => {
  const answer = Promise.withResolvers<void>()
  const { clock, committed, member, finishOneOfEach } = rig(() => false, answer.promise)
  const joined = member.join()
  await finishOneOfEach([0])
  await clock.advance(100)
  assert.deepEqual(committed, [])
  answer.resolve()
  await joined
  await clock.advance(100)
  assert.deepEqual(committed, ['0:1'])
})
