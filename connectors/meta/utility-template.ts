import type { Content } from '../contract.ts'
import { templatePart } from './template-part.ts'

type Template = Extract<Content, { type: 'template' }>

/**
 * `message.template` of a utility message (Meta, "Send a utility message", March 2026): the buttons stand together, in the
 * template's order.
 */
export function utilityTemplate(content: Template): object {
  const { name, language, parameters = [] } = content
  const buttons = parameters
    .filter(({ part }) => part === 'button')
    .toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0))
    .map(({ kind, value }) =>
      kind === 'payload' ? { type: 'POSTBACK', payload: value } : { type: 'URL', url: value },
    )
  const components = [
    ...templatePart(content, 'header'),
    ...templatePart(content, 'body'),
    ...(buttons.length > 0 ? [{ type: 'buttons', parameters: buttons }] : []),
  ]
  return { name, language: { code: language }, components }
}
