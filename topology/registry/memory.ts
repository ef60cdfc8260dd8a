import type { SchemaRegistry } from '../ports/registry.ts'

/**
 * A registry for simulations and tests of other things: ids from 1 in order of registration, no rules
 * of compatibility. Hand the same one to two codecs and they read each other.
 */
export function memoryRegistry(): SchemaRegistry {
  const schemas: string[] = []
  return {
    register: async (sent) =>
      sent.map(({ schema }) => {
        const known = schemas.indexOf(schema)
        return known === -1 ? schemas.push(schema) : known + 1
      }),
    schema: async (id) => schemas[id - 1],
  }
}
