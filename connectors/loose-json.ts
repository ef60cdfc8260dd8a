/**
 * Reading JSON that others wrote: nothing is believed, a field that is not what we expect is absent.
 * Shapes are named by their fields: `fieldsOf<'id' | 'from'>(value)`.
 */
export type Fields<Name extends string> = { readonly [Each in Name]?: unknown }

/** Undefined for bytes that are no JSON (`null` is JSON). */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch {
    return undefined
  }
}

export function jsonBytes(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value))
}

/** The fields of an object; none for anything else. */
export function fieldsOf<Name extends string>(value: unknown): Fields<Name> {
  return isObject(value) ? value : {}
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text with something in it. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A finite number, also where it is written as a text: platforms do both. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** A whole number from 0 that is safe to count with; sizes and instants must be one, or no schema takes them. */
export function countOf(value: unknown): number | undefined {
  const number = numberOf(value)
  return number !== undefined && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

/** An instant given in seconds since 1970 UTC, in milliseconds. */
export function secondsOf(value: unknown): number | undefined {
  const seconds = countOf(value)
  return seconds === undefined ? undefined : countOf(seconds * 1000)
}

/** An id, which some platforms write as a number. */
export function idOf(value: unknown): string | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : textOf(value)
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

// A body that is not UTF-8 is not JSON either (RFC 8259, section 8.1), so it must not be mended silently.
const decoder = new TextDecoder('utf-8', { fatal: true })
const encoder = new TextEncoder()
