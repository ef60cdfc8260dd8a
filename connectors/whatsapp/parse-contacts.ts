import type { Content } from '../contract.ts'
import { fieldsOf, listOf, textOf } from '../loose-json.ts'

type Card = Extract<Content, { type: 'contacts' }>['contacts'][number]
type Point = NonNullable<Card['phones']>[number]

/** `contacts` of a message: cards that a person shared. One without a name goes by its first number. */
export function contactsContent(part: unknown): Content | undefined {
  const contacts = listOf(part).flatMap((each): Card[] => {
    const fields = fieldsOf<'name' | 'org' | 'phones' | 'emails' | 'urls'>(each)
    const names = fieldsOf<'formatted_name' | 'first_name' | 'last_name'>(fields.name)
    const phones = pointsOf(fields.phones, 'phone')
    const emails = pointsOf(fields.emails, 'email')
    const urls = listOf(fields.urls).flatMap((link) => textOf(fieldsOf<'url'>(link).url) ?? [])
    const firstName = textOf(names.first_name)
    const lastName = textOf(names.last_name)
    const organization = textOf(fieldsOf<'company'>(fields.org).company)
    const name = textOf(names.formatted_name) ?? firstName ?? phones[0]?.value
    if (name === undefined) return []
    return [
      {
        name,
        ...(firstName !== undefined && { firstName }),
        ...(lastName !== undefined && { lastName }),
        ...(organization !== undefined && { organization }),
        ...(phones.length > 0 && { phones }),
        ...(emails.length > 0 && { emails }),
        ...(urls.length > 0 && { urls }),
      },
    ]
  })
  return contacts.length > 0 ? { type: 'contacts', contacts } : undefined
}

function pointsOf(list: unknown, field: 'phone' | 'email'): readonly Point[] {
  return listOf(list).flatMap((each): Point[] => {
    const fields = fieldsOf<'phone' | 'email' | 'type'>(each)
    const value = textOf(fields[field])
    const label = textOf(fields.type)?.toLowerCase()
    return value === undefined ? [] : [{ value, ...(label !== undefined && { label }) }]
  })
}
