import assert from 'node:assert/strict'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormatsModule from 'ajv-formats'

// ajv-formats is CommonJS whose types describe a default export.
const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default

interface Media {
  readonly schema?: object
}
interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, Media>> }>
  >
}
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

interface Exchange {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly type: string
  readonly json: unknown
}

const compiled = new WeakMap<object, ValidateFunction>()

/**
 * Fails unless the document tells of this operation, this status, this content type, and the body is
 * what its schema says. Paths that are not in the document may only answer 404.
 */
export function checkAgainstOpenApi(document: OpenApiDocument, exchange: Exchange): void {
  const { method, path, status, type, json } = exchange
  const name = `${method} ${path} -> ${status}`
  const template = templateOf(document, method, path)
  if (template === undefined) {
    assert.equal(status, 404, `${name}: the OpenAPI document does not tell of it`)
    return
  }
  const response = document.paths[template]?.[method.toLowerCase()]?.responses[status]
  assert.ok(response, `${name}: the OpenAPI document has no such answer for ${template}`)
  // Its answer is told of as a GET's would be, and has no body.
  if (method === 'HEAD') return
  const mime = type.split(';')[0] ?? ''
  if (mime === '' && response.content === undefined) return
  const media = response.content?.[mime] ?? response.content?.['*/*']
  assert.ok(media, `${name}: the OpenAPI document has no answer of type '${mime}'`)
  if (
    !mime.includes('json') ||
    response.content?.[mime] === undefined ||
    media.schema === undefined
  )
    return

  const validate = validatorOf(document, media.schema)
  const good = validate(json)
  assert.ok(
    good,
    `${name}: ${JSON.stringify(validate.errors)}\nin the answer ${JSON.stringify(json)}`,
  )
}

function validatorOf(document: OpenApiDocument, schema: object): ValidateFunction {
  const known = compiled.get(schema)
  if (known !== undefined) return known
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats(ajv)
  const validate = ajv.compile({ ...schema, components: document.components })
  compiled.set(schema, validate)
  return validate
}

/** The path of the document that the request's path is an example of; one without parameters wins. */
function templateOf(document: OpenApiDocument, method: string, path: string): string | undefined {
  const has = (template: string) => document.paths[template]?.[method.toLowerCase()] !== undefined
  if (has(path)) return path
  return Object.keys(document.paths).find((template) => {
    const pattern = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')
    return has(template) && new RegExp(`^${pattern}$`).test(path)
  })
}
