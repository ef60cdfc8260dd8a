import type { Content } from '../contract.ts'

type Card = Extract<Content, { type: 'contacts' }>['contacts'][number]

const maxVcardBytes = 2048

/** The fields of sendContact; undefined for a contact without a number, which Telegram does not have. */
export function contactFields(card: Card): Readonly<Record<string, unknown>> | undefined {
  const [phone] = card.phones ?? []
  if (!phone) return undefined
  const { firstName, lastName, name } = card
  const vcard = vcardOf(card)
  return {
    phone_number: phone.value,
    first_name: firstName ?? name,
    ...(lastName && firstName && { last_name: lastName }),
    ...(Buffer.byteLength(vcard) <= maxVcardBytes && { vcard }),
  }
}

/** RFC 2426: where all that has no field of its own is kept. */
function vcardOf({ name, firstName, lastName, organization, phones, emails, urls }: Card): string {
  const lines = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:${escaped(lastName ?? '')};${escaped(firstName ?? name)};;;`,
    `FN:${escaped(name)}`,
    ...(organization ? [`ORG:${escaped(organization)}`] : []),
    ...(phones ?? []).map(({ value, label }) => `TEL${typeOf(label)}:${escaped(value)}`),
    ...(emails ?? []).map(({ value, label }) => `EMAIL${typeOf(label)}:${escaped(value)}`),
    ...(urls ?? []).map((url) => `URL:${escaped(url)}`),
    'END:VCARD',
  ]
  return lines.join('\r\n')
}

const escaped = (text: string): string =>
  text.replaceAll(/[\\;,]/g, '\\$&').replaceAll(/\r?\n/g, '\\n')

const typeOf = (label: string | undefined): string =>
  label !== undefined && /^[\w-]+$/.test(label) ? `;TYPE=${label.toUpperCase()}` : ''
