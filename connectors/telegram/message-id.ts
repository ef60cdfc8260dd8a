/** Telegram counts messages per chat, so an id of ours is `chat:message`: `-100123:42`. */
export function messageIdOf(chatId: string, messageId: string): string {
  return `${chatId}:${messageId}`
}

/** Telegram's own number in an id of ours; undefined for what is none. */
export function messageNumberOf(id: string): number | undefined {
  const number = Number(id.slice(id.lastIndexOf(':') + 1))
  return id !== '' && Number.isSafeInteger(number) ? number : undefined
}
