import type { Mark } from './fault-names.ts'
import type { Phones } from './phones.ts'
import type { SimulatorAccount } from './settings.ts'
import type { TelegramWebhooks, Update } from './telegram-webhooks.ts'

/** One bot: its account, its webhook and its counters. */
export interface TelegramBot {
  readonly account: SimulatorAccount
  readonly webhooks: TelegramWebhooks
  nextUpdateId(): number
  /** Counted for each chat, as users see it. */
  nextMessageId(chat: string): number
  readonly user: object
  /** Taps whose buttons still show that they wait: `answerCallbackQuery` ends it. */
  readonly openTaps: Set<string>
  /** By chat, what waits for a tap to come before it. */
  readonly overtaken: Map<string, { readonly update: Update; readonly marks: ReadonlySet<Mark> }>
}

export function telegramBot(
  account: SimulatorAccount,
  webhooks: TelegramWebhooks,
  phones: Phones,
): TelegramBot {
  const lastIds = new Map<string, number>()
  // Later than any of a run before, so that the hub does not take a new update for an old one.
  let updates = Math.floor(Date.now() / 1000) % 1_000_000_000
  const { webhookUrl, secret = '' } = account
  if (webhookUrl !== undefined) webhooks.hook = { url: webhookUrl, secretToken: secret }

  return {
    account,
    webhooks,
    nextUpdateId: () => ++updates,
    nextMessageId(chat) {
      const next = (lastIds.get(chat) ?? lastShown(chat)) + 1
      lastIds.set(chat, next)
      return next
    },
    openTaps: new Set(),
    overtaken: new Map(),
    user: {
      id: Number(account.accountId),
      is_bot: true,
      first_name: 'Chat4All',
      username: 'chat4all_simulated_bot',
    },
  }

  /** From the record of a run before, where there is one. */
  function lastShown(chat: string): number {
    let last = 0
    for (const { account: from, providerMessageId } of phones.find('telegram', chat)?.messages ??
      []) {
      if (from === account.accountId) last = Math.max(last, Number(providerMessageId))
    }
    return last
  }
}
