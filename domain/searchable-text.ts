import type { Content } from './content.ts'

/** Fields that people read, whatever the kind of content. */
const fields = ['text', 'caption', 'filename', 'name', 'address', 'title'] as const

/** What of a message people may look for; empty where it has no words. */
export function searchableText(content: Content): string {
  const all: Readonly<Record<string, unknown>> = { ...content }
  return fields
    .map((field) => all[field])
    .filter((text) => typeof text === 'string')
    .join('\n')
}
