import { answerContent } from './answer-content.ts'
import type { Phone } from './phones.ts'
import type { PhoneMessage } from './record.ts'
import type { Platform, World } from './world.ts'

/**
 * A person writes or does something: what `answerContent` reads, with `replyTo?` and `account?`. Answers the message, or a
 * sentence that says what is wrong.
 */
export function answerFrom(
  world: World,
  platform: Platform,
  phone: Phone,
  body: { readonly [name: string]: unknown },
): PhoneMessage | string {
  const content = answerContent(world, body)
  if (typeof content === 'string') return content
  const account = accountOf(platform, phone, body['account'])
  if (account === undefined) return `${platform.channel} has no such account`
  const { replyTo } = body
  const known = phone.messages.some(({ providerMessageId }) => providerMessageId === replyTo)
  if (replyTo !== undefined && replyTo !== null && !known) {
    return `replyTo names no message of this phone`
  }
  if (!known && aboutKinds.has(content.type)) {
    return `a ${content.type} is about another message: name it in replyTo`
  }

  const message = world.phones.answer(phone, {
    account,
    providerMessageId: platform.newMessageId(phone, account),
    content,
    replyTo: typeof replyTo === 'string' ? replyTo : null,
    echo: null,
    fault: null,
  })
  const key = JSON.stringify(content)
  const verdict = world.faults.decideWebhook(phone.channel, phone.address, key)
  platform.inbound(message, phone, verdict.webhook)
  return message
}

const aboutKinds: ReadonlySet<string> = new Set(['choice', 'reaction', 'edit', 'delete'])

/** The account that wrote last is the one that people answer. */
function accountOf(platform: Platform, phone: Phone, wanted: unknown): string | undefined {
  if (wanted !== undefined) {
    return platform.accounts.find(({ accountId }) => accountId === wanted)?.accountId
  }
  return phone.messages.at(-1)?.account ?? platform.accounts[0]?.accountId
}
