import type { HubApi } from './hub-api.ts'
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
    const { status, body } = await api.post('/v1/conversations', { participants })
    const { conversationId } = body as { readonly conversationId?: string }
    if (conversationId === undefined) {
      throw new Error(`a conversation could not be created: ${status} ${JSON.stringify(body)}`)
    }
    created.set(index, conversationId)
  }
  return created
}
