import type { Content } from '../contract.ts'
import { templatePart } from '../meta/template-part.ts'

type Template = Extract<Content, { type: 'template' }>

/** `template` of a message (Meta's OpenAPI v23, TemplateObject). Each button is a component of its own. */
export function templateObject(content: Template): object {
  const { name, language, parameters = [] } = content
  const buttons = parameters
    .filter(({ part }) => part === 'button')
    .map(({ kind, value, index = 0 }) => ({
      type: 'button',
      sub_type: kind === 'payload' ? 'quick_reply' : 'url',
      index: String(index),
      parameters: [
        kind === 'payload' ? { type: kind, payload: value } : { type: 'text', text: value },
      ],
    }))
  const components = [
    ...templatePart(content, 'header'),
    ...templatePart(content, 'body'),
    ...buttons,
  ]
  return {
    name,
    language: { policy: 'deterministic', code: language },
    ...(components.length > 0 && { components }),
  }
}
