import type { Type } from './avsc.ts'

/**
 * Where a value does not fit its type: "recipients.0.address wants string, got number". Names and
 * types only, never the value: errors are logged, and values are private.
 */
export function explainValue(type: Type, value: unknown): string {
  const faults: string[] = []
  type.isValid(value, {
    errorHook(path, part, wanted) {
      const where = path.length > 0 ? path.join('.') : 'the record'
      faults.push(`${where} wants ${nameOf(wanted)}, got ${kindOf(part)}`)
    },
  })
  return faults.slice(0, 5).join('; ') || 'it cannot be written'
}

function nameOf(type: Type): string {
  const { types } = type as unknown as { readonly types?: readonly Type[] } // on unions only
  return types ? types.map(nameOf).join(' or ') : (type.name ?? type.typeName)
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (value instanceof Uint8Array) return 'bytes'
  if (typeof value !== 'number') return typeof value
  if (Number.isSafeInteger(value)) return 'number'
  return Number.isInteger(value) ? 'a number beyond 2^53 - 1' : 'a number that is no integer'
}
