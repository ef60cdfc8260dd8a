import type { ContactsContent } from '../domain/content.ts'
import { textSentence } from './text-sentence.ts'
import { urlSentence } from './url-sentence.ts'

const maxContacts = 50
const maxField = 255

/** What is wrong with contacts; undefined when nothing is. */
export function contactsSentence({ contacts }: ContactsContent): string | undefined {
  if (contacts.length === 0 || contacts.length > maxContacts) {
    return `contacts are 1 to ${maxContacts}.`
  }
  for (const { name, phones = [], emails = [], urls = [] } of contacts) {
    const points = [...phones, ...emails]
    const sentence =
      textSentence("a contact's name", name, maxField) ??
      points
        .map(({ value }) => textSentence("a contact's phone or email", value, maxField))
        .find((each) => each !== undefined) ??
      urls.map((url) => urlSentence("a contact's url", url)).find((each) => each !== undefined)
    if (sentence) return sentence
  }
  return undefined
}
