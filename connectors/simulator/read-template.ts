import type { Content, TemplateParameter } from '../../domain/content.ts'
import { isObject } from './exchange.ts'
import { listIn, textIn } from './loose-body.ts'

type Body = { readonly [name: string]: unknown }

/** `template`: its name, its language and what fills it. */
export function readTemplate(part: Body): Content {
  const language = isObject(part['language']) ? (textIn(part['language'], 'code') ?? '') : ''
  const parameters = listIn(part, 'components').flatMap((component) =>
    listIn(component, 'parameters').map((parameter) => {
      const kind = textIn(parameter, 'type') ?? 'text'
      const inner = parameter[kind]
      const value = isObject(inner) ? textIn(inner, 'link') : inner
      return { part: component['type'], kind, value }
    }),
  )
  return {
    type: 'template',
    name: textIn(part, 'name') ?? '',
    language,
    // As it came: what a template takes is between the business and Meta.
    ...(parameters.length > 0 ? { parameters: parameters as readonly TemplateParameter[] } : {}),
  }
}
