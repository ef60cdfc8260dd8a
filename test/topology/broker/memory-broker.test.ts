import { memoryBroker } from '../../../topology/adapters/memory-broker/memory-broker.ts'
import { memoryLog } from '../../../topology/adapters/memory-broker/memory-log.ts'
import { systemClock } from '../../../topology/adapters/system-clock.ts'
import { brokerConformance } from '../../conformance/broker.ts'

brokerConformance('memory', async (t) => {
  const log = memoryLog(systemClock, { compactEvery: 300 })
  const broker = memoryBroker(log, systemClock)
  t.after(() => broker.close())
  return { broker, reopen: async () => memoryBroker(log, systemClock) }
})

// Appends that take their time must keep every promise too.
brokerConformance('memory, with slow appends', async (t) => {
  const log = memoryLog(systemClock, { compactEvery: 300 })
  let turn = 0
  const broker = memoryBroker(log, systemClock, {
    appendDelayMs: () => [3, 0, 1][turn++ % 3] ?? 0,
    commitDelayMs: () => 1,
    gate: async () => {},
  })
  t.after(() => broker.close())
  return { broker, reopen: async () => memoryBroker(log, systemClock) }
})
