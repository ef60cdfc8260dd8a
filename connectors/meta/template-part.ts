import type { Content } from '../contract.ts'

type Template = Extract<Content, { type: 'template' }>
type Parameter = NonNullable<Template['parameters']>[number]

/** Parameters of a template's header or body, as WhatsApp and Messenger write them; none where the part has none. */
export function templatePart({ parameters = [] }: Template, part: Parameter['part']): object[] {
  const own = parameters.filter((each) => each.part === part)
  return own.length === 0 ? [] : [{ type: part, parameters: own.map(parameterOf) }]
}

function parameterOf({ kind, value, name }: Parameter): object {
  const named = name === undefined ? {} : { parameter_name: name }
  return kind === 'text' || kind === 'payload'
    ? { type: 'text', ...named, text: value }
    : { type: kind, ...named, [kind]: { link: value } }
}
