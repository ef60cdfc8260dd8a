import type { Capabilities } from '../capabilities.ts'
import type { ContactCard, ContactPoint, ContactsContent, Content } from '../content.ts'
import type { ShowingRule } from './rules.ts'
import type { Shown } from './shown.ts'
import { textParts } from './text-parts.ts'

/** Contacts as cards where the channel has them, as many in a message as it takes, and as text where it has not. */
export function contactParts(content: ContactsContent, capabilities: Capabilities): Shown {
  const limits = capabilities.kinds.includes('contacts') ? capabilities.contacts : undefined
  const { contacts } = content
  if (!limits) return asText(contacts, capabilities)

  const { most, needsPhone = false } = limits
  const fits = (card: ContactCard) => !needsPhone || (card.phones ?? []).length > 0
  if (contacts.length <= most && contacts.every(fits)) {
    return { kind: 'shown', parts: [content], rules: [] }
  }
  const parts: Content[] = []
  const rules = new Set<ShowingRule>()
  let cards: ContactCard[] = []
  const flush = () => {
    if (cards.length > 0) parts.push({ type: 'contacts', contacts: cards })
    cards = []
  }
  for (const card of contacts) {
    if (fits(card)) {
      cards.push(card)
      if (cards.length === most) flush()
      continue
    }
    flush()
    const text = asText([card], capabilities)
    if (text.kind === 'rejected') return text
    parts.push(...text.parts)
    for (const rule of text.rules) rules.add(rule)
  }
  flush()
  if (contacts.length > 1) rules.add('contacts-in-parts')
  return { kind: 'shown', parts, rules: [...rules] }
}

const asText = (contacts: readonly ContactCard[], capabilities: Capabilities): Shown =>
  textParts(contacts.map(cardText).join('\n\n'), ['contacts-as-text'], capabilities)

function cardText({
  name,
  organization,
  phones = [],
  emails = [],
  urls = [],
}: ContactCard): string {
  const lines = [name, organization, ...phones.map(pointText), ...emails.map(pointText), ...urls]
  return lines.filter((line) => line !== undefined && line !== '').join('\n')
}

const pointText = ({ value, label }: ContactPoint): string =>
  label === undefined ? value : `${value} (${label})`
