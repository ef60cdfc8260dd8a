import type { HubApi } from '../chaos/hub-api.ts'
import type { PlannedConversation } from '../chaos/plan.ts'
import { type Fact, factsOf } from './facts-of.ts'
import { ofPhase } from './of-phase.ts'
import type { Phase } from './phases.ts'
import { type Times, waysOf } from './ways.ts'

/** Of each phase so many are asked about. */
const askedAbout = 5

/** What the hub says of the slowest messages of each phase, by messageId: so the run's own record explains them. */
export async function slowestFacts(
  phases: readonly Phase[],
  conversations: readonly PlannedConversation[],
  accepted: ReadonlySet<string>,
  times: Times,
  api: HubApi,
): Promise<ReadonlyMap<string, readonly Fact[]>> {
  const facts = new Map<string, readonly Fact[]>()
  const ways = waysOf(conversations, accepted, times)
  for (const phase of phases) {
    const isOfPhase = ofPhase(phase, conversations, times)
    const slowest = new Set(
      ways.filter(({ messageId }) => isOfPhase(messageId)).map(({ messageId }) => messageId),
    )
    for (const messageId of [...slowest].slice(0, askedAbout)) {
      // A hub that does not answer is the auditor's to tell.
      facts.set(messageId, await factsOf(api, messageId).catch(() => []))
    }
  }
  return facts
}
