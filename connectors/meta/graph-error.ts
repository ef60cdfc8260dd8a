import { fieldsOf, isObject, numberOf, textOf } from '../loose-json.ts'

/** `error` of a Graph answer, and one of `errors[]` in a WhatsApp status: the same fields. */
export interface GraphError {
  readonly code: number
  readonly subcode: number | undefined
  /** For people: code, the platform's words, and the trace id that Meta's support asks for. */
  readonly detail: string
}

/** Undefined when the value is no Graph error, that is, has no code. */
export function graphErrorOf(value: unknown): GraphError | undefined {
  if (!isObject(value)) return undefined
  const error = fieldsOf<
    'code' | 'error_subcode' | 'message' | 'title' | 'error_data' | 'fbtrace_id'
  >(value)
  const code = numberOf(error.code)
  if (code === undefined) return undefined

  const subcode = numberOf(error.error_subcode)
  const name = subcode === undefined ? `${code}` : `${code}/${subcode}`
  const words = textOf(error.message) ?? textOf(error.title) ?? 'no message'
  const more = textOf(fieldsOf<'details'>(error.error_data).details)
  const trace = textOf(error.fbtrace_id)
  const detail = `Meta ${name}: ${words}${more ? ` (${more})` : ''}${trace ? ` [${trace}]` : ''}`
  return { code, subcode, detail }
}
