import type { Content } from '../connectors/contract.ts'
import type { Delivery } from '../schemas/types.ts'

export const closedPolicies = ['fail', 'hold', 'template', 'fallback'] as const
export type ClosedPolicy = (typeof closedPolicies)[number]

export interface ClosedRules {
  /** What becomes of a message that comes after the platform's window. */
  readonly whenClosed: ClosedPolicy
  /** With `template`: what carries a text then. */
  readonly template: { readonly name: string; readonly language: string } | null
}

/** What is done in place of sending it as it is. */
export type ClosedAnswer =
  | { readonly kind: 'send'; readonly content: Content }
  | { readonly kind: 'hold' }
  | { readonly kind: 'fail'; readonly detail: string }

/** A message that the platform would not take as it is, because the person has not written for too long. */
export function whenClosed(
  { whenClosed: policy, template }: ClosedRules,
  { fallback }: Delivery,
  content: Content,
): ClosedAnswer {
  switch (policy) {
    case 'hold':
      return { kind: 'hold' }
    case 'fallback':
      // Without another channel the platform may say no itself: what this hub has seen of the person may not be all.
      return fallback ? { kind: 'fail', detail: elsewhere } : { kind: 'send', content }
    case 'template':
      return template ? filled(template, content) : { kind: 'send', content }
    case 'fail':
      return { kind: 'send', content }
  }
}

const elsewhere = 'The person has not written for too long; it goes to another channel.'

/** Characters of a filled body, as Meta counts them. */
const mostOfBody = 1_024

/**
 * WhatsApp takes no line breaks, tabs or long runs of spaces in a parameter: each becomes one space.
 * https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages#parameter-object
 */
function filled(
  { name, language }: NonNullable<ClosedRules['template']>,
  content: Content,
): ClosedAnswer {
  if (content.type !== 'text') {
    return {
      kind: 'fail',
      detail: `A template takes a text, and this is of type '${content.type}'.`,
    }
  }
  const value = content.text.replace(/\s+/g, ' ').trim()
  if ([...value].length > mostOfBody) {
    return { kind: 'fail', detail: `A template takes ${mostOfBody} characters, and this has more.` }
  }
  const parameters = [{ part: 'body', kind: 'text', value }] as const
  return { kind: 'send', content: { type: 'template', name, language, parameters } }
}
