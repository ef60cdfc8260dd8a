import type { Content } from '../contract.ts'

type Contacts = Extract<Content, { type: 'contacts' }>['contacts']

/** `contacts` of a message (Meta's OpenAPI v23, ContactObject). WhatsApp wants one name beside the formatted one. */
export function contactsPart(contacts: Contacts): readonly object[] {
  return contacts.map(({ name, firstName, lastName, organization, phones, emails, urls }) => ({
    name: {
      formatted_name: name,
      first_name: firstName ?? name,
      ...(lastName && { last_name: lastName }),
    },
    ...(organization && { org: { company: organization } }),
    ...(phones && {
      phones: phones.map(({ value, label }) => ({ phone: value, ...typeOf(label) })),
    }),
    ...(emails && {
      emails: emails.map(({ value, label }) => ({ email: value, ...typeOf(label) })),
    }),
    ...(urls && { urls: urls.map((url) => ({ url })) }),
  }))
}

/** WhatsApp knows two labels; other words for a number have no place there. */
function typeOf(label: string | undefined): { readonly type?: string } {
  const type = label?.toUpperCase()
  return type === 'HOME' || type === 'WORK' ? { type } : {}
}
