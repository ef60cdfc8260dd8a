import type { Random } from '../random.ts'

/** An Avro schema as JSON, loosely: tests build and twist them. */
export type Json = string | readonly Json[] | { readonly [name: string]: unknown }

const primitives = ['string', 'boolean', 'int', 'long', 'float', 'double', 'bytes'] as const

/** A random type, at most `depth` deep. Names are unique within one `names`. */
export function randomSchema(random: Random, depth: number, names: { next: number }): Json {
  const simple = depth <= 0 || random.chance(0.5)
  if (simple) return random.pick(primitives)
  switch (random.below(6)) {
    case 0:
      return { type: 'array', items: randomSchema(random, depth - 1, names) }
    case 1:
      return { type: 'map', values: randomSchema(random, depth - 1, names) }
    case 2:
      return ['null', randomSchema(random, 0, names)]
    case 3:
      return [randomSchema(random, 0, names), 'null']
    case 4:
      return {
        type: 'enum',
        name: `N${names.next++}`,
        symbols: ['A', 'B', 'C'].slice(random.below(3)),
      }
    default:
      return randomRecord(random, depth - 1, names)
  }
}

export function randomRecord(random: Random, depth: number, names: { next: number }) {
  return {
    type: 'record',
    name: `N${names.next++}`,
    fields: Array.from({ length: 1 + random.below(5) }, (_, at) => ({
      name: `f${at}`,
      type: randomSchema(random, depth, names),
    })),
  }
}

type Field = Readonly<Record<string, unknown>>

/** The record with one field gone, one more, or one of another type: allowed or not. */
export function twisted(random: Random, schema: ReturnType<typeof randomRecord>, at: number): Json {
  const fields: Field[] = [...schema.fields]
  const hit = random.below(fields.length)
  const field = fields[hit] ?? {}
  switch (random.below(5)) {
    case 0:
      fields.splice(hit, 1)
      break
    case 1:
      fields.push({ name: `new${at}`, type: 'int', ...(random.chance(0.7) ? { default: 1 } : {}) })
      break
    case 2:
      fields[hit] = { ...field, type: randomSchema(random, 1, { next: 1000 + at * 10 }) }
      break
    case 3:
      fields[hit] = { ...field, type: ['null', ...unionPartsOf(field['type'])], default: null }
      break
    default:
      fields[hit] = { ...field, name: `renamed${at}`, aliases: [field['name']] }
  }
  return { ...schema, fields }
}

const unionPartsOf = (type: unknown): readonly unknown[] =>
  Array.isArray(type) ? type.filter((each) => each !== 'null') : [type]

/** A value of the type. */
export function randomValue(
  random: Random,
  schema: Json,
  named: Map<string, Json> = new Map(),
): unknown {
  const inside = (inner: Json) => randomValue(random, inner, named)
  if (Array.isArray(schema)) return inside(random.pick(schema as [Json, ...Json[]]))
  if (typeof schema === 'string') {
    const definition = named.get(schema)
    return definition === undefined ? randomPrimitive(random, schema) : inside(definition)
  }
  const { type, items, values, symbols, fields, namespace, name } = schema as {
    readonly [name: string]: Json
  }
  // A later use of the type is its name alone.
  if (typeof namespace === 'string' && typeof name === 'string') {
    named.set(`${namespace}.${name}`, schema)
  }
  const some = Array.from({ length: random.below(4) }, (_, at) => at)
  if (items) {
    // Also an empty list defines the types in it.
    inside(items)
    return some.map(() => inside(items))
  }
  if (values) {
    const anyName = () => random.pick(['', 'a', '__proto__', 'constructor', 'ção 👋'])
    return Object.fromEntries(some.map(() => [anyName(), inside(values)]))
  }
  if (symbols) return random.pick(symbols as [string, ...string[]])
  if (Array.isArray(fields)) {
    const list = fields as readonly { readonly name: string; readonly type: Json }[]
    return Object.fromEntries(list.map((each) => [each.name, inside(each.type)]))
  }
  return inside(type ?? 'null')
}

const edges = [0, 1, -1, 63, 64, -64, -65, 2 ** 27, 2 ** 28, -(2 ** 28), 2 ** 30, -(2 ** 30) - 1]
const longs = [
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 52 - 1,
  2 ** 52,
  2 ** 52 + 1,
  -(2 ** 52),
  -(2 ** 52) - 1,
  -(2 ** 53) + 2,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
]

function randomPrimitive(random: Random, type: string): unknown {
  switch (type) {
    case 'null':
      return null
    case 'boolean':
      return random.chance(0.5)
    case 'int':
      return random.pick<number>([0, ...edges, 2 ** 31 - 1, -(2 ** 31)])
    case 'long':
      return random.pick<number>([0, ...edges, ...longs])
    case 'float':
      return random.pick([0, 1.5, -(2 ** 100), Number.POSITIVE_INFINITY, Number.NaN])
    case 'double':
      return random.pick([0, 0.1, -1e300, Number.NEGATIVE_INFINITY, Number.NaN])
    case 'bytes':
      return Uint8Array.from({ length: random.below(80) }, () => random.below(256))
    default:
      return random.pick([
        '',
        'a',
        'ção',
        '👋🏽',
        'x'.repeat(63),
        'é'.repeat(40),
        'y'.repeat(70),
        '\u0000"',
      ])
  }
}
