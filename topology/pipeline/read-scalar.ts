import { expand, templateOf } from './environment.ts'
import type { Standing } from './fault-log.ts'
import type { Field } from './field.ts'
import { nearest } from './nearest.ts'
import type { ReadContext } from './read-context.ts'
import type { SourceNode, SourceScalar } from './source.ts'
import { durationOf, rangeOf, sizeOf } from './units.ts'

export interface Scalar {
  readonly value: unknown
  readonly known: boolean
}

/** A single value, its environment references expanded, in the form that the field asks for. */
export function readScalar(
  node: SourceNode,
  field: Field,
  key: string,
  at: Standing,
  context: ReadContext,
): Scalar | undefined {
  if (node.kind !== 'scalar' || node.value === null) {
    const found = node.kind === 'scalar' ? 'empty' : `a ${node.kind}`
    context.log.add('C4A1004', {
      at,
      message: `'${key}' is a single value, and this is ${found}`,
      fix: `Write ${form(field)}.`,
    })
    return undefined
  }
  const expansion = expandScalar(node, at, context)
  if (!expansion) return undefined
  const { text, known } = expansion
  if (!known && field.is === 'text' && field.names) return unknownName(at, context)
  // A figure that is not known here gives way to its default; nothing can be said of it.
  if (!known) return field.is === 'text' ? { value: text, known } : undefined
  return formed(text, node, field, key, at, context)
}

/** The scalar's text with references expanded; undefined, and a fault, where that cannot be. */
export function expandScalar(
  node: SourceScalar,
  at: Standing,
  { log, environment }: ReadContext,
): { readonly text: string; readonly known: boolean } | undefined {
  const written = typeof node.value === 'string' ? node.value : node.text
  if (!written.includes('${')) return { text: written, known: true }
  const template = templateOf(written)
  if (template.malformed !== null) {
    log.add('C4A1007', {
      at,
      message: `'${template.malformed}' is no environment reference`,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how the file spells it
      fix: 'Write ${NAME}, ${NAME:-default} or ${NAME:?message}; for a literal ${ write $${.',
    })
    return undefined
  }
  const expansion = expand(template, environment)
  if (environment === null || expansion.known) return expansion
  for (const { name, message } of expansion.missing)
    log.add('C4A1008', {
      at,
      message: `${name} has no value${message ? `: ${message}` : ''}`,
      fix: `Set ${name} in the environment, or give it a default: \${${name}:-...}.`,
    })
  return undefined
}

/** What the pipeline looks like must not hang on values, which checking and drawing have not. */
export function unknownName(at: Standing, { log }: ReadContext): undefined {
  log.add('C4A1007', {
    at,
    message: 'A name of the wiring hangs on a variable without default',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how the file spells it
    fix: 'Write the name itself, or give the reference a default: ${NAME:-name}.',
  })
}

function formed(
  text: string,
  node: SourceScalar,
  field: Field,
  key: string,
  at: Standing,
  { log }: ReadContext,
): Scalar | undefined {
  // What came from the environment is not repeated: it may be a secret in the wrong place.
  const shown = node.text
  const refused = (code: 'C4A1004' | 'C4A1005' | 'C4A1011', what: string, guess?: string) => {
    const replacement = text === shown ? guess : undefined
    log.add(code, {
      at,
      message: `'${key}: ${shown}' is not ${what}`,
      fix: replacement
        ? `Write \`${key}: ${replacement}\`${code === 'C4A1005' ? ' (or the unit that was meant)' : ''}.`
        : `Write ${form(field)}.`,
      edits: replacement ? [{ ...node.span, text: replacement }] : [],
    })
    return undefined
  }
  const unit = (value: unknown, what: string, guess: string | undefined) =>
    value === undefined ? refused('C4A1005', what, guess) : { value, known: true }
  const bare = /^\d+$/.test(text) && text === shown
  switch (field.is) {
    case 'integer': {
      const value = Number(text)
      if (!/^-?\d+$/.test(text)) return refused('C4A1004', 'a whole number')
      if (value < field.min || value > (field.max ?? Number.MAX_SAFE_INTEGER))
        return refused('C4A1011', form(field), String(value < field.min ? field.min : field.max))
      return { value, known: true }
    }
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text)
        ? { value: Number(text), known: true }
        : refused('C4A1004', 'a number')
    case 'boolean':
      return text === 'true' || text === 'false'
        ? { value: text === 'true', known: true }
        : refused('C4A1004', 'true or false')
    case 'duration':
      return unit(durationOf(text), 'a duration', bare ? `${text}s` : undefined)
    case 'size':
      return unit(sizeOf(text), 'a size', bare ? `${text}MiB` : undefined)
    case 'range':
      return unit(rangeOf(text), 'a range of durations', rangeGuess(text))
    case 'text':
      return worded(text, node, field.oneOf, key, at, log)
    default:
      return undefined
  }
}

function worded(
  text: string,
  node: SourceScalar,
  oneOf: readonly string[] | undefined,
  key: string,
  at: Standing,
  log: ReadContext['log'],
): Scalar {
  if (!oneOf || oneOf.includes(text)) return { value: text, known: true }
  const meant = nearest(text, oneOf)
  log.add('C4A1006', {
    at,
    message: `'${key}' cannot be '${node.text}'`,
    fix: `${meant ? `Did you mean '${meant}'? ` : ''}One of: ${oneOf.join(', ')}.`,
    edits: meant ? [{ ...node.span, text: meant }] : [],
  })
  return { value: meant ?? oneOf[0], known: meant !== undefined }
}

/** `1..60` and `1s` as ranges that were probably meant. */
function rangeGuess(text: string): string | undefined {
  const [, first, last] = /^(\d+)\.\.(\d+)$/.exec(text) ?? []
  if (first && last) return `${first}s..${last}s`
  return durationOf(text) === undefined ? undefined : `${text}..${text}`
}

function form(field: Field): string {
  switch (field.is) {
    case 'integer':
      return field.max === undefined
        ? `a whole number of at least ${field.min}`
        : field.min === field.max
          ? `${field.min}`
          : `a whole number from ${field.min} to ${field.max}`
    case 'number':
      return 'a number'
    case 'boolean':
      return '`true` or `false`'
    case 'duration':
      return 'a number and its unit (ms, s, m, h, d), such as `15m`'
    case 'size':
      return 'a number and its unit (B, KiB, MiB, GiB), such as `32MiB`'
    case 'range':
      return 'two durations, such as `500ms..1m`'
    default:
      return 'a text'
  }
}
