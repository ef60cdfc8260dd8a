import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiAnswer, HubApi } from './hub-api.ts'
import type { PlannedConversation } from './plan.ts'

/** Creates the conversations of several people; answers their ids by index. */
export async function createGroups(
  conversations: readonly PlannedConversation[],
  api: HubApi,
): Promise<ReadonlyMap<number, string>> {
  const created = new Map<number, string>()
  for (const { index, phones } of conversations) {
    if (phones.length === 1) continue
    const participants = phones.map(({ channel, address }) => ({ channel, address }))
    const { status, body } = await untilAnswered(() =>
      api.post('/v1/conversations', { participants }),
    )
    const { conversationId } = body as { readonly conversationId?: string }
    if (conversationId === undefined) {
      throw new Error(`a conversation could not be created: ${status} ${JSON.stringify(body)}`)
    }
    created.set(index, conversationId)
  }
  return created
}

/** A hub that has just started may turn a request away, or its load balancer may; then it is made again. */
async function untilAnswered(ask: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  for (let tries = 1; ; tries++) {
    const answer = await ask().catch((error: unknown) => {
      if (tries === 100) throw error
    })
    if (answer && answer.status !== 503) return answer
    await sleep(200)
  }
}
