import type * as records from '../schemas/types.ts'
import type { ContactPoint, ContactsContent } from './content.ts'
import { present } from './present.ts'

/** Contacts to and from their Avro record. */
export const contactsRecord = {
  of: ({ contacts }: ContactsContent): records.ContactsContent => ({
    contacts: contacts.map((card) => ({
      name: card.name,
      firstName: card.firstName ?? null,
      lastName: card.lastName ?? null,
      organization: card.organization ?? null,
      phones: pointsOf(card.phones),
      emails: pointsOf(card.emails),
      urls: card.urls ?? [],
    })),
  }),

  content: ({ contacts }: records.ContactsContent): ContactsContent => ({
    type: 'contacts',
    contacts: contacts.map(({ phones, emails, urls, ...card }) => ({
      ...present(card),
      ...(phones.length > 0 && { phones: phones.map(present) }),
      ...(emails.length > 0 && { emails: emails.map(present) }),
      ...(urls.length > 0 && { urls }),
    })),
  }),
}

const pointsOf = (points: readonly ContactPoint[] = []): records.ContactPoint[] =>
  points.map(({ value, label }) => ({ value, label: label ?? null }))
