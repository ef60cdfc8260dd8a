import assert from 'node:assert/strict'
import type { Alias, Conversation, Message } from '../../schemas/types.ts'
import { enrich } from '../../stages/enrich.ts'
import type { StageTools } from '../../stages/tools.ts'
import { memoryDirectory } from '../../storage/adapters/memory/directory.ts'
import { bia, biaId, groupOf, ids, participantOf, toolsOf, withBia } from './fixtures.ts'
import { inputOf, nowMs, runStage } from './run-stage.ts'

export const ana = participantOf('telegram', '11')
export const caio = participantOf('messenger', '33')
export const group = groupOf(ana, caio)
/** With Bia alone. */
export const direct: Conversation = {
  tenant: 'default',
  conversationId: withBia,
  kind: 'direct',
  title: null,
  participants: [{ participantId: biaId, ...bia, displayName: null, joinedAt: null }],
  createdAt: nowMs - 1000,
  createdBy: 'key1',
}
/** Where Bia is reached since she moved: the address, the conversation that follows from it, and what makes it hers. */
export const moved = { ...bia, address: '551199990002' }
export const derived = ids.conversation('default', moved.channel, moved.account, moved.address)
export const alias: Alias = {
  tenant: 'default',
  ...moved,
  conversationId: withBia,
  participantId: biaId,
  createdAt: nowMs,
  linked: false,
}
/** A message to a conversation by its id alone. */
export const noHint = { channel: null, account: null, address: null } as const
export const fromBia = {
  direction: 'inbound',
  senderId: biaId,
  messageId: 'in:whatsapp:demo:1',
} as const

/** A stage's tools with a directory that holds these. */
export async function directoryWith(
  conversations: readonly Conversation[],
  aliases: readonly Alias[] = [],
) {
  const directory = memoryDirectory()
  await directory.applyConversations(conversations)
  await directory.applyAliases(aliases)
  return toolsOf({ directory })
}

/** What enrich makes of these in one batch. */
export async function runEnrich(messages: readonly Message[], tools: StageTools = toolsOf()) {
  const body = enrich.create({ id: 'enrich', settings: {}, outputs: [], tools })
  return runStage(
    body,
    messages.map((message) => inputOf('in', message)),
  )
}

/** Who hears in its conversation what somebody wrote there. */
export async function heardBy(written: Message, tools: StageTools): Promise<readonly string[]> {
  const [emits = []] = await runEnrich([written], tools)
  assert.deepEqual(
    emits.map(({ to }) => to),
    ['received', 'enriched'],
  )
  const [, enriched] = emits
  assert.ok(enriched?.to === 'enriched')
  return enriched.value.recipients.map(({ participantId }) => participantId)
}
