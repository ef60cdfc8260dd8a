import type { Content } from '../../domain/content.ts'
import { isObject } from './exchange.ts'
import { listIn, textIn } from './loose-body.ts'

/** `contacts`: as cards. */
export function readContacts(part: readonly unknown[]): Content {
  const contacts = part.flatMap((each) => {
    if (!isObject(each) || !isObject(each['name'])) return []
    const name = textIn(each['name'], 'formatted_name') ?? ''
    const phones = listIn(each, 'phones').map((phone) => ({ value: textIn(phone, 'phone') ?? '' }))
    return [{ name, ...(phones.length > 0 ? { phones } : {}) }]
  })
  return { type: 'contacts', contacts }
}
