import { type Arrivals, arrivalKey } from './arrivals.ts'
import type { PlannedConversation, PlannedMessage, PlannedPhone } from './plan.ts'

/** A message's status is that of its least advanced part over all its people, in this order (docs/statuses.md). */
const order: readonly string[] = ['nothing', 'failed', 'sent', 'delivered', 'read']

/** How far each channel tells. */
const tells: Readonly<Record<string, readonly string[]>> = {
  whatsapp: ['sent', 'delivered', 'read'],
  messenger: ['sent', 'delivered', 'read'],
  instagram: ['sent', 'read'],
  telegram: ['sent'],
}

/** What the hub must say in the end, going by the platforms; `nothing` while it has not arrived everywhere. */
export function expectedStatus(
  { phones }: PlannedConversation,
  message: PlannedMessage,
  arrivals: Arrivals,
): string {
  const ranks = phones.map((phone) => order.indexOf(onPhone(phone, message, arrivals)))
  return order[Math.min(...ranks)] ?? 'nothing'
}

function onPhone(
  { channel, address, gone }: PlannedPhone,
  { marker, words }: PlannedMessage,
  arrivals: Arrivals,
): string {
  if (gone) return 'failed'
  const arrival = arrivals.byPhoneAndMarker.get(arrivalKey(marker, `${channel}:${address}`))
  if (!arrival || arrival.words < words) return 'nothing'
  const ranks = [...arrival.parts.values()].map(({ status }) => {
    const told = tells[channel] ?? []
    const reached = told.filter((each) => order.indexOf(each) <= order.indexOf(status))
    return order.indexOf(reached.at(-1) ?? 'sent')
  })
  return order[Math.min(...ranks)] ?? 'nothing'
}
