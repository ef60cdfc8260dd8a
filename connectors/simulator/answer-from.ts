import type { Content } from '../../domain/content.ts'
import { answerContent } from './answer-content.ts'
import type { Mark } from './fault-names.ts'
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

  const marks = world.faults.decideInbound(phone.channel, phone.address, content)
  const write = (part: Content): PhoneMessage => {
    const message = world.phones.answer(phone, {
      account,
      providerMessageId: platform.newMessageId(phone, account),
      content: part,
      replyTo: typeof replyTo === 'string' ? replyTo : null,
      echo: null,
      fault: null,
    })
    const atMs = marks.has('late-replay') ? message.atMs - threeDaysMs : message.atMs
    platform.inbound({ ...message, atMs }, phone, marks)
    return message
  }
  const [first = content, ...further] = befallen(world, content, marks)
  const message = write(first)
  for (const part of further) write(part)
  return message
}

const threeDaysMs = 3 * 24 * 60 * 60 * 1000
const beyondBotsBytes = 31_000_000

/** What the person's doing is told as. */
function befallen(world: World, content: Content, marks: ReadonlySet<Mark>): readonly Content[] {
  if (content.type === 'text' && marks.has('large-body')) {
    const { text } = content
    const fill = 'x'.repeat(3000)
    return Array.from({ length: 500 }, (_, index) => ({
      ...content,
      text: `${text.slice(0, 1000)} ${index + 1} ${fill}`,
    }))
  }
  if ('mediaId' in content && content.mediaId && marks.has('file-above-limit')) {
    world.media.pretend(content.mediaId, beyondBotsBytes)
    return [{ ...content, sizeBytes: beyondBotsBytes }]
  }
  return [content]
}

const aboutKinds: ReadonlySet<string> = new Set(['choice', 'reaction', 'edit', 'delete'])

/** The account that wrote last is the one that people answer. */
function accountOf(platform: Platform, phone: Phone, wanted: unknown): string | undefined {
  if (wanted !== undefined) {
    return platform.accounts.find(({ accountId }) => accountId === wanted)?.accountId
  }
  return phone.messages.at(-1)?.account ?? platform.accounts[0]?.accountId
}
