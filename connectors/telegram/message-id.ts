/** Telegram counts messages per chat, so an id of ours is `chat:message`: `-100123:42`. */
export function messageIdOf(chatId: string, messageId: string): string {
  return `${chatId}:${messageId}`
}

/**
 * Telegram's own number in an id of ours; undefined for what is none. What was done to a message has an id behind the
 * message's (`42:7#tap:9`), and is quoted as the message.
 */
export function messageNumberOf(id: string): number | undefined {
  const [, digits] = /^(?:[^:#]+:)?(\d+)(?:#|$)/.exec(id) ?? []
  const number = Number(digits)
  return Number.isSafeInteger(number) ? number : undefined
}
