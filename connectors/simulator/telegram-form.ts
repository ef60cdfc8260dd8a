import type { Exchange } from './exchange.ts'
import { isObject, jsonBody } from './exchange.ts'
import { type FormFile, formOf } from './form.ts'

/** Parameters of a Bot API call, from the query and any of the three kinds of body. */
export interface TelegramForm {
  text(name: string): string | undefined
  number(name: string): number | undefined
  object(name: string): { readonly [name: string]: unknown } | undefined
  list(name: string): readonly { readonly [name: string]: unknown }[]
  /** An uploaded file: the field itself, or what its `attach://name` points at. */
  file(name: string): FormFile | undefined
}

/** undefined when the body cannot be read. */
export async function telegramForm(exchange: Exchange): Promise<TelegramForm | undefined> {
  const values = new Map<string, unknown>(exchange.query)
  let files: ReadonlyMap<string, FormFile> = new Map()
  if (exchange.body.length > 0) {
    const form = await formOf(exchange)
    if (form) {
      files = form.files
      for (const [name, value] of form.fields) values.set(name, value)
    } else {
      const body = jsonBody(exchange.body)
      if (!body) return undefined
      for (const [name, value] of Object.entries(body)) values.set(name, value)
    }
  }

  const text = (name: string) => {
    const value = values.get(name)
    if (typeof value === 'string') return value
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
  }
  return {
    text,
    number(name) {
      const value = text(name)
      const number = value === undefined || value.trim() === '' ? Number.NaN : Number(value)
      return Number.isFinite(number) ? number : undefined
    },
    object(name) {
      const value = values.get(name)
      // A form carries an object as JSON text.
      if (typeof value === 'string') return jsonBody(Buffer.from(value))
      return isObject(value) ? value : undefined
    },
    list(name) {
      const value = values.get(name)
      const list: unknown = typeof value === 'string' ? jsonList(value) : value
      return Array.isArray(list) ? list.filter(isObject) : []
    },
    file: (name) => files.get(text(name)?.replace(/^attach:\/\//, '') ?? name),
  }
}

function jsonList(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
