import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { groupProgress } from '../../cli/compose/group-progress.ts'
import { memoryBroker } from '../../topology/adapters/memory-broker/memory-broker.ts'
import { memoryLog } from '../../topology/adapters/memory-broker/memory-log.ts'
import { systemClock } from '../../topology/adapters/system-clock.ts'
import { isCode } from '../../topology/contract/errors.ts'

const topic = 'directory.conversations'
const group = 'chat4all.directory'

async function scene() {
  const broker = memoryBroker(memoryLog(systemClock), systemClock)
  await broker.ensureTopics([{ name: topic, partitions: 2, cleanup: 'compact', retentionMs: 0 }])
  const append = async (key: string) => {
    const [position] = await broker.append([
      { topic, key, value: Buffer.from(key), headers: {}, partition: 1 },
    ])
    assert.ok(position)
    return position
  }
  return { broker, append }
}

describe('the progress of a group', () => {
  test('is past a position once that is committed, and not before', async () => {
    const { broker, append } = await scene()
    const position = await append('a/1')
    const progress = groupProgress({ broker, clock: systemClock }, group)
    assert.equal(await progress.passed(position, 30), false)
    await broker.setOffsets(group, [{ ...position, offset: position.offset + 1 }])
    assert.equal(await progress.passed(position, 30), true)
  })

  test('has caught up where there is nothing', async () => {
    const { broker } = await scene()
    await groupProgress({ broker, clock: systemClock }, group).caughtUp([topic], 0)
  })

  test('catches up with what was there when it was asked, not with what comes later', async () => {
    const { broker, append } = await scene()
    const first = await append('a/1')
    const progress = groupProgress({ broker, clock: systemClock }, group)
    const caughtUp = progress.caughtUp([topic], 10_000)
    await new Promise((resolve) => setImmediate(resolve))
    await append('a/2')
    await broker.setOffsets(group, [{ ...first, offset: first.offset + 1 }])
    await caughtUp
  })

  test('says which group is behind, when it takes too long, so that it is asked again', async () => {
    const { broker, append } = await scene()
    await append('a/1')
    const progress = groupProgress({ broker, clock: systemClock }, group)
    await assert.rejects(progress.caughtUp([topic], 20), (error) => {
      assert.ok(isCode(error, 'C4A_STORE_UNREACHABLE'))
      assert.match(String(error), /chat4all\.directory.*directory\.conversations/)
      return true
    })
  })

  test('asks the log once, however many wait', async () => {
    const { broker, append } = await scene()
    const position = await append('a/1')
    let asked = 0
    const counting = {
      ...broker,
      committed: (of: string) => {
        asked++
        return broker.committed(of)
      },
    }
    const progress = groupProgress({ broker: counting, clock: systemClock }, group)
    await Promise.all(Array.from({ length: 50 }, () => progress.passed(position, 0)))
    assert.equal(asked, 1)
  })
})
