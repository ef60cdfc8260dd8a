import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import { detailJson, type MessageDetailJson } from './message-json.ts'
import type { ReadYourWrites } from './read-your-writes.ts'

export type GetMessage = (
  messageId: string,
  position: string | undefined,
  caller: Caller,
) => Promise<MessageDetailJson>

/** Throws C4A_NOT_FOUND: another tenant's message looks the same as none. */
export function getMessageOperation(
  { history, content }: Pick<GatewayTools, 'history' | 'content'>,
  readYourWrites: ReadYourWrites,
): GetMessage {
  return async (messageId, position, caller) => {
    const shown = await readYourWrites(position)
    const view = await history.message(caller.tenant, messageId, shown)
    if (view !== undefined) return detailJson(view, content)
    throw new Chat4AllError('C4A_NOT_FOUND', {
      what: `No message '${messageId}' is known`,
      why:
        shown !== undefined
          ? 'nobody with this key sent or received one of that id'
          : 'it was never accepted, or it is still on its way to the tables',
      todo: "Give the 202 answer's position, and the answer waits until the message is there",
    })
  }
}
