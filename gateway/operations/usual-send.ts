import { messageIdPattern, sendLimits } from '../rest/schemas/send-request.ts'

/**
 * True for the sends that most requests are: a text to a person or into a conversation. A tenth of the
 * cost of the schema's own check, which counts characters and walks through every branch. It must never
 * say yes where the schema says no; what it says no to is for the schema to judge.
 */
export function isUsualSend(value: unknown): boolean {
  if (!isObject(value)) return false
  let targets = 0
  let hasContent = false
  for (const name in value) {
    const field = value[name]
    switch (name) {
      case 'to':
        if (!isTarget(field)) return false
        targets++
        break
      case 'conversationId':
        if (!isPlain(field, sendLimits.conversationId)) return false
        targets++
        break
      case 'content':
        if (!isText(field)) return false
        hasContent = true
        break
      case 'metadata':
        if (!isMetadata(field)) return false
        break
      case 'messageId':
        if (typeof field !== 'string' || !messageId.test(field)) return false
        break
      default:
        return false
    }
  }
  return hasContent && targets === 1
}

function isTarget(value: unknown): boolean {
  if (!isObject(value)) return false
  let required = 0
  for (const name in value) {
    if (name === 'channel') {
      if (!isPlain(value[name], sendLimits.channel)) return false
      required++
    } else if (name === 'address') {
      if (!isPlain(value[name], sendLimits.address)) return false
      required++
    } else if (name !== 'account' || !isPlain(value[name], sendLimits.account)) return false
  }
  return required === 2
}

function isText(value: unknown): boolean {
  if (!isObject(value)) return false
  let required = 0
  for (const name in value) {
    const field = value[name]
    if (name === 'type') {
      if (field !== 'text') return false
    } else if (name !== 'text' || !isFree(field, sendLimits.text) || field === '') return false
    required++
  }
  return required === 2
}

function isMetadata(value: unknown): boolean {
  if (!isObject(value)) return false
  let count = 0
  for (const name in value) {
    if (count === sendLimits.metadata) return false
    if (name !== plainNames[count]) {
      if (!isPlain(name, sendLimits.metadataName)) return false
      plainNames[count] = name
    }
    count++
    if (!isFree(value[name], sendLimits.metadataValue)) return false
  }
  return true
}

/** The names of the last metadata, by their place, which were looked through: most clients use the same ones in each message. */
const plainNames = new Array<string>(sendLimits.metadata).fill('-')

const messageId = new RegExp(messageIdPattern, 'u')

// A text of so many UTF-16 units has at most as many characters, which is what the schema counts.
function isPlain(value: unknown, max: number): boolean {
  if (typeof value !== 'string' || value.length > max || value === '') return false
  // What `plainPattern` says; these texts are short, and calling the pattern's own code costs more than to look.
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (code < 0x20 || code === 0x7f) return false
  }
  return true
}

const isFree = (value: unknown, max: number): boolean =>
  typeof value === 'string' && value.length <= max && !value.includes('\0')

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
