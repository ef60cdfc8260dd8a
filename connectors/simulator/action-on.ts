import type { Content } from '../../domain/content.ts'
import type { NewMessage } from './phones.ts'
import type { World } from './world.ts'

/** What is done to a message or to the chat, as the record of the phone keeps it: the platform gives it no id. */
export function actionOn(
  world: World,
  account: string,
  content: Content,
  replyTo: string | null,
): NewMessage {
  const providerMessageId = `${content.type}-${world.uniqueId()}`
  return { account, providerMessageId, content, replyTo, echo: null, fault: null }
}
