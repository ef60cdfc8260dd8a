import { describe, type TestContext, test } from 'node:test'
import type { Broker } from '../../topology/ports/broker.ts'
import { brokerGroupCases } from './broker/group-cases.ts'
import { brokerLogCases } from './broker/log-cases.ts'
import { brokerRebalanceCases } from './broker/rebalance-cases.ts'

export interface BrokerUnderTest {
  readonly broker: Broker
  /** A broker as a new process would open it on the same log, after the first was closed. */
  reopen(): Promise<Broker>
}

export type BrokerCase = (under: BrokerUnderTest, t: TestContext) => Promise<void>

/** An adapter that cannot do a case says why, and asserts what it does instead. */
export interface BrokerDeviation {
  readonly case: string
  readonly reason: string
  readonly assert: BrokerCase
}

const cases: Readonly<Record<string, BrokerCase>> = {
  ...brokerLogCases,
  ...brokerGroupCases,
  ...brokerRebalanceCases,
}

/**
 * What every Broker must do, through the port alone, so that a real cluster can be held to it too: topics have names of
 * their own per case, and what takes time is waited for. `open` gives each case a broker of its own,
 * whose log compacts after a few hundred records and looks for outdated ones every few milliseconds.
 */
export function brokerConformance(
  adapter: string,
  open: (t: TestContext) => Promise<BrokerUnderTest>,
  deviations: readonly BrokerDeviation[] = [],
): void {
  describe(`Broker conformance: ${adapter}`, () => {
    for (const [name, run] of Object.entries(cases)) {
      const deviation = deviations.find((each) => each.case === name)
      const title = deviation ? `${name} (deviates: ${deviation.reason})` : name
      test(title, async (t) => (deviation?.assert ?? run)(await open(t), t))
    }
    test('deviations name cases that exist', () => {
      const stray = deviations.find((each) => !(each.case in cases))
      if (stray) throw new Error(`no case is called '${stray.case}'`)
    })
  })
}
