import { isObject } from './exchange.ts'

type Body = { readonly [name: string]: unknown }

/** A text with something in it, or nothing. */
export function textIn(body: Body, name: string): string | undefined {
  const value = body[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The objects of a list; none where there is no list. */
export function listIn(body: Body, name: string): readonly Body[] {
  const value = body[name]
  return Array.isArray(value) ? value.filter(isObject) : []
}
