import type { Capabilities } from '../capabilities.ts'
import { type FormattedText, formattedParts } from './formatted-parts.ts'
import type { ShowingRule } from './rules.ts'
import type { Shown } from './shown.ts'

/** A text, as one message or several; `rules` are those that made the text. */
export function textParts(
  given: string | FormattedText,
  rules: readonly ShowingRule[],
  capabilities: Capabilities,
): Shown {
  if (!capabilities.kinds.includes('text')) {
    return { kind: 'rejected', why: 'The channel shows no text, which could stand for it.' }
  }
  const formatted = typeof given === 'string' ? { text: given } : given
  const parts = formattedParts(formatted, capabilities)
  const all: ShowingRule[] = [...rules]
  if (parts.some(({ lost }) => lost)) all.push('formatting-lost')
  if (parts.length > 1) all.push('text-in-parts')
  return { kind: 'shown', parts: parts.map(({ content }) => content), rules: all }
}
