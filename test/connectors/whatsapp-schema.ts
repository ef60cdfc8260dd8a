import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { parse } from 'yaml'

/** Meta's own OpenAPI of the Cloud API; it is not ours to commit, so it lies beside the checkout or nowhere. */
const file = fileURLToPath(
  new URL('../../../shared/data/whatsapp-openapi-v23.yaml', import.meta.url),
)

export const whatsappSchemaAbsent: string | false = existsSync(file)
  ? false
  : "left out: Meta's whatsapp-openapi-v23.yaml does not lie in ../shared/data"

interface Schema {
  readonly properties?: Readonly<Record<string, unknown>>
  readonly required?: readonly string[]
  readonly allOf?: readonly ({ readonly $ref?: string } & Schema)[]
}

interface Specification {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/**
 * A judge of bodies for `POST /{phone number id}/messages`: what is wrong with one, or null.
 *
 * Three mends to the specification, each where it cannot be meant as it stands:
 * - a message type is `allOf` the common fields and its own, and its own part forbids all other fields, so no body
 *   could satisfy both: the parts are merged into one object before other fields are forbidden;
 * - the pattern of a template button's `index` is the numbers of footnotes, and would refuse its own example: it is left out;
 * - `biz_opaque_callback_data` is documented for messages but written down for calls only: that definition is taken.
 */
export function whatsappSchema(): (body: Readonly<Record<string, unknown>>) => string | null {
  // The file is Meta's; what we read of it fails loudly where it is not so.
  const text = readFileSync(file, 'utf8').replaceAll(/^ *pattern: \^\[2-6, 11-14\]\$\n/gm, '')
  const specification = parse(text) as Specification
  const { schemas } = specification.components
  const ajv = new Ajv({ strict: false, allErrors: true })
  formats.default(ajv)
  ajv.addSchema(specification, 'meta')

  const judge = (schema: object, value: unknown, name: string) => {
    const valid = ajv.validate(schema, value)
    return valid ? null : `${name}: ${ajv.errorsText()}`
  }

  return (body) => {
    if ('status' in body) return judge({ $ref: ref('MarkMessageRequestPayload') }, body, 'mark')
    const type = String(body['type'])
    const name = messages.get(type)
    if (name === undefined) return `type ${type} is none of ours`
    const message = judge(merged(schemas, name), body, name)
    if (message !== null) return message
    if (type === 'template') return templateFault(body[type], judge)
    const detail = details.get(type)
    return detail === undefined ? null : judge({ $ref: ref(detail) }, body[type], detail)
  }
}

const ref = (name: string): string => `meta#/components/schemas/${name}`

/** Components and parameters are told apart by their types, which the references inside the schema leave open. */
function templateFault(
  template: unknown,
  judge: (schema: object, value: unknown, name: string) => string | null,
): string | null {
  const { components = [] } = template as { components?: { type: string; parameters: Part[] }[] }
  const upper = (type: string) => type.charAt(0).toUpperCase() + type.slice(1)
  const faults = components.flatMap((component) => {
    const name = `${upper(component.type)}Component`
    const own = component.parameters.map((each) => {
      const prefix = component.type === 'button' ? 'Button' : ''
      const kind = `${prefix}${upper(each.type)}Parameter`
      return judge({ $ref: ref(kind) }, each, kind)
    })
    return [judge({ $ref: ref(name) }, component, name), ...own]
  })
  return faults.find((fault) => fault !== null) ?? null
}

interface Part {
  readonly type: string
}

/** As the discriminator of the specification's `Message` maps them. */
const messages: ReadonlyMap<string, string> = new Map([
  ['text', 'TextMessage'],
  ['image', 'ImageMessage'],
  ['document', 'DocumentMessage'],
  ['audio', 'AudioMessage'],
  ['video', 'VideoMessage'],
  ['sticker', 'StickerMessage'],
  ['location', 'LocationMessage'],
  ['contacts', 'ContactsMessage'],
  ['template', 'TemplateMessage'],
  ['interactive', 'InteractiveMessage'],
  ['reaction', 'ReactionMessage'],
])

/** Schemas that say more of the typed part than the message does: lengths, and what else it may hold. */
const details: ReadonlyMap<string, string> = new Map([
  ['text', 'TextMessage_1'],
  ['image', 'MediaObject_1'],
  ['video', 'MediaObject_1'],
])

function merged(schemas: Specification['components']['schemas'], name: string): object {
  const properties: Record<string, unknown> = {
    biz_opaque_callback_data: { type: 'string', maxLength: 512 },
  }
  const required: string[] = []
  for (const part of schemas[name]?.allOf ?? []) {
    const schema = part.$ref === undefined ? part : schemas[part.$ref.split('/').at(-1) ?? '']
    Object.assign(properties, schema?.properties)
    required.push(...(schema?.required ?? []))
  }
  return { type: 'object', properties: absolute(properties), required, additionalProperties: false }
}

/** References inside the copied parts mean Meta's document. */
function absolute(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('"$ref":"#/', '"$ref":"meta#/'))
}
