import type { Content } from '../../domain/content.ts'

/** What a message says, on one line. */
export function sayingOf(content: Content): string {
  switch (content.type) {
    case 'text':
      return `"${content.text}"`
    case 'location':
      return `location ${content.latitude},${content.longitude} ${content.name ?? ''}`
    case 'contacts':
      return `contacts ${content.contacts.map(({ name }) => name).join(', ')}`
    case 'template':
      return `template ${content.name} (${content.language}) ${content.text ?? ''}`
    case 'buttons':
      return `"${content.text}" [${content.buttons.map(({ title }) => title).join('] [')}]`
    case 'list': {
      const rows = content.sections.flatMap((section) => section.rows)
      return `"${content.text}" list of ${rows.map(({ title }) => title).join(', ')}`
    }
    case 'choice':
      return `choice "${content.title}" (${content.id})`
    case 'reaction':
      return content.emoji === '' ? 'reaction taken back' : `reaction ${content.emoji}`
    case 'edit':
      return `edit "${content.text}"`
    case 'delete':
    case 'typing':
    case 'read':
      return content.type
    case 'unsupported':
      return `unsupported (${content.kind})`
    default:
      return [
        content.type,
        content.filename ?? content.url ?? content.blobId ?? content.mediaId ?? '',
        content.caption === undefined ? '' : `"${content.caption}"`,
      ].join(' ')
  }
}
