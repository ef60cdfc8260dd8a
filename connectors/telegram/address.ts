/**
 * A chat id: digits, with a minus for groups; or a channel's public `@name`, which Telegram takes in its
 * place. https://core.telegram.org/bots/api#sendmessage
 */
export function telegramAddress(address: string): string | undefined {
  const spelt = address.trim()
  return /^-?\d{1,20}$/.test(spelt) || /^@\w{4,32}$/.test(spelt) ? spelt : undefined
}
