import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { GatewayTools } from '../tools.ts'

/** Throws C4A_NOT_FOUND for a conversation that this tenant does not have. */
export async function mustExist(
  directory: GatewayTools['directory'],
  tenant: string,
  conversationId: string,
): Promise<void> {
  const [known] = await directory.conversations([{ tenant, conversationId }])
  if (known !== undefined) return
  throw new Chat4AllError('C4A_NOT_FOUND', {
    what: `No conversation '${conversationId}' is known`,
    why: 'it was never created, or its first message is still on its way to the tables',
    todo: "Give the 202 answer's position to wait for it",
  })
}
