import type {
  DeliveryJson,
  FactJson,
  MessageDetailJson,
} from '../../gateway/operations/message-json.ts'
import { sayingOf } from './saying-of.ts'
import { type Screen, visible } from './screen.ts'
import { statusMark } from './status-mark.ts'

type Colours = Screen['out']

/** A message, its deliveries and what happened to each, as a small tree. */
export function messageTree(view: MessageDetailJson, colours: Colours): string {
  const { bold, dim } = colours
  const lines = [
    `${bold(visible(view.messageId))}  ${statusMark(view.status, colours)}${because(view)}`,
    `  ${dim('conversation')} ${visible(view.conversationId)}   ${dim(view.direction)} ${dim('from')} ${visible(view.senderId)}`,
    `  ${dim('says')}         ${contentLine(view)}`,
    ...view.history.map((fact) => `  ${factLine(fact, colours)}`),
  ]
  view.deliveries.forEach((delivery, index) => {
    const isLast = index === view.deliveries.length - 1
    lines.push(`${dim(isLast ? '└─' : '├─')} ${deliveryLine(delivery, colours)}`)
    const stem = dim(isLast ? ' ' : '│')
    for (const fact of delivery.history) lines.push(`${stem}    ${factLine(fact, colours)}`)
  })
  return lines.join('\n')
}

/** One delivery on one line. */
export function deliveryLine(delivery: DeliveryJson, colours: Colours): string {
  const { bold, dim, yellow } = colours
  const { channel, address, account, part, providerMessageId, attempts } = delivery
  const extras = [
    part > 0 ? `part ${part + 1}` : '',
    attempts > 1 ? `${attempts} attempts` : '',
    delivery.possibleDuplicate ? yellow('may have arrived twice') : '',
  ].filter(Boolean)
  const where = `${bold(visible(channel))} ${visible(address)} ${dim(`(${visible(account)})`)}`
  const id = providerMessageId ? `  ${dim(visible(providerMessageId))}` : ''
  return `${where}  ${statusMark(delivery.status, colours)}${because(delivery)}${id}${extras.length > 0 ? `  ${extras.join(', ')}` : ''}`
}

/** One fact on one line. The platform's time is shown where it gave one, for ours may be late. */
export function factLine(fact: FactJson, colours: Colours): string {
  const at = fact.providerAt ?? fact.observedAt
  return `${colours.dim(clock(at))}  ${statusMark(visible(fact.kind), colours)}${because(fact)}`
}

/** `2026-11-23 18:30:01.123Z` */
export const clock = (instant: string): string => visible(instant).replace('T', ' ')

function because({
  reason,
  detail,
}: {
  readonly reason?: string | undefined
  readonly detail?: string | undefined
}) {
  const text = [reason, detail].filter((each) => each !== undefined && each !== '').join(': ')
  return text === '' ? '' : ` (${visible(text)})`
}

const longest = 100

/** What it says, on one line. */
export function contentLine({ content }: Pick<MessageDetailJson, 'content'>): string {
  if (!content) return '(not readable here)'
  const text = visible(sayingOf(content))
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
