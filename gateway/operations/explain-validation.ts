import type { ErrorObject } from 'ajv'
import { closest } from 'fastest-levenshtein'

/** Says in words what a schema check found first, and what would mend it. */
export function explainValidation(errors: readonly ErrorObject[]): {
  readonly why: string
  readonly todo: string
} {
  // After a failed oneOf the last error is the oneOf itself; the ones before it are its branches'.
  // After a failed branch of an `if` the last one is the `if`, and says nothing.
  const error = errors.findLast(({ keyword }) => keyword !== 'if')
  if (error === undefined) return { why: 'it is not of the right form', todo: 'See /docs' }

  const field = fieldOf(error.instancePath)
  const at = field === '' ? 'the body' : `'${field}'`
  const explain = explanations[error.keyword]
  return explain?.(error, at) ?? { why: `${at} ${error.message}`, todo: 'See /docs' }
}

type Explain = (error: ErrorObject, at: string) => { why: string; todo: string }

const wrongType = (wanted: string, data: unknown, at: string) => ({
  why: `${at} must be ${article(wanted)}, and is ${kindOf(data)}`,
  todo: 'Nothing is converted: send the JSON type itself',
})

const explanations: Readonly<Record<string, Explain>> = {
  type: ({ params, data }, at) => wrongType(String(params['type']), data, at),
  required: ({ params }, at) => ({
    why: `${at} has no '${params['missingProperty']}'`,
    todo: `Add '${params['missingProperty']}'`,
  }),
  additionalProperties: ({ params, parentSchema }, at) => {
    const name = String(params['additionalProperty'])
    const known = Object.keys((parentSchema?.['properties'] as object | undefined) ?? {})
    const near = known.length > 0 ? closest(name, known) : undefined
    return {
      why: `${at} has a field '${name}' that is not known here`,
      todo:
        near === undefined
          ? 'Leave it out'
          : `Did you mean '${near}'? Known fields: ${known.join(', ')}`,
    }
  },
  discriminator: ({ params, parentSchema }, at) => {
    const given = JSON.stringify(params['tagValue'])
    const branches = (parentSchema?.['oneOf'] as readonly { title?: string }[] | undefined) ?? []
    return {
      why: `${at} is of type ${given}, which cannot be sent`,
      todo: `Use one of: ${branches.map(({ title }) => title).join(', ')}`,
    }
  },
  oneOf: ({ parentSchema, data }, at) => {
    // Checked before the type is, so what is no object at all ends here.
    if (kindOf(data) !== 'an object') return wrongType('object', data, at)
    const branches = (parentSchema?.['oneOf'] as readonly { required?: string[] }[]) ?? []
    const names = branches.flatMap(({ required }) => required ?? [])
    const both = names.map((name) => `'${name}'`).join(' and ')
    return { why: `${at} must have exactly one of ${both}`, todo: 'Give one of them' }
  },
  enum: ({ params, data }, at) => ({
    why: `${at} is ${JSON.stringify(data)}`,
    todo: `Use one of: ${(params['allowedValues'] as readonly unknown[]).join(', ')}`,
  }),
  minLength: (_, at) => ({ why: `${at} is empty`, todo: 'Give it a value' }),
  maxLength: ({ params }, at) => ({
    why: `${at} is longer than ${params['limit']} characters`,
    todo: 'Shorten it',
  }),
  maxItems: ({ params }, at) => ({
    why: `${at} has more than ${params['limit']} entries`,
    todo: 'Send them in several requests',
  }),
  minItems: (_, at) => ({ why: `${at} has no entries`, todo: 'Give at least one' }),
  pattern: ({ params, parentSchema }, at) => ({
    why: `${at} has characters that are not allowed there`,
    todo:
      patternHints[String(params['pattern'])] ??
      String(parentSchema?.['description'] ?? 'See /docs'),
  }),
  format: ({ params }, at) => ({
    why: `${at} is no ${params['format']}`,
    todo: 'Write it like 2026-11-23T10:00:00Z',
  }),
}

const patternHints: Readonly<Record<string, string>> = {
  '^(?!in:)[^\\u0000-\\u001f\\u007f]{1,128}$':
    "Use 1 to 128 characters without control characters, not beginning with 'in:'",
  '^[^\\u0000-\\u001f\\u007f]+$': 'Leave control characters out',
  '^[^\\u0000]*$': 'Leave the NUL character out',
  '^https?://[^\\s]+$': 'Give a link that begins with https://',
}

/** `/messages/0/content` as people write it: `messages[0].content`. */
function fieldOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, step) => {
      if (/^\d+$/.test(step)) return `${path}[${step}]`
      return path === '' ? step : `${path}.${step}`
    }, '')
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}

function kindOf(data: unknown): string {
  if (data === null) return 'null'
  if (Array.isArray(data)) return 'an array'
  return article(typeof data)
}
