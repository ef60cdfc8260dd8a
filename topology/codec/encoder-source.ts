import type { Type } from './avsc.ts'
import { GeneratedNames, type GeneratedSource, nullIn } from './generated-code.ts'
import { partOf } from './part-of.ts'
import { shapeOf } from './shape-of.ts'

/**
 * Code that writes values of a type: a function for each record type, `b` the buffer, `p` where in it, and in between nothing but the
 * fields in their order. See `encoderOf` for the functions that it calls.
 */
export function encoderSource(type: Type): GeneratedSource {
  const functions = new Map<Type, string>()
  const bodies: string[] = []
  const { constants, fresh, constant } = new GeneratedNames()

  /** A statement that writes the value of an expression that may be looked at more than once. */
  function written(each: Type, value: string): string {
    const { typeName } = each
    switch (typeName) {
      case 'string':
        return `p = text(b, p, ${value})`
      case 'long':
      case 'int':
      case 'bytes':
        return `p = ${typeName}(b, p, ${value})`
      case 'boolean':
        return `if (typeof ${value} !== 'boolean') refuse('boolean'); b[p++] = ${value} ? 1 : 0`
      case 'float':
      case 'double':
        return floating(typeName, value)
      case 'null':
        return `if (${value} !== null) refuse('null')`
      case 'enum':
        return symbol(shapeOf(each).symbols ?? [], value)
      case 'array':
        return list(partOf(shapeOf(each).itemsType), value)
      case 'map':
        return map(partOf(shapeOf(each).valuesType), value)
      case 'record':
        return `p = ${functionOf(each)}(b, p, ${value})`
      case 'union:unwrapped':
        return nullable(shapeOf(each).types ?? [], value)
    }
    throw new Error(`No encoder writes the type ${typeName}`)
  }

  function functionOf(record: Type): string {
    const known = functions.get(record)
    if (known) return known
    const name = `write${functions.size}`
    functions.set(record, name)
    const statements = (shapeOf(record).fields ?? []).map((field) => {
      const value = fresh()
      const read = `const ${value} = v[${JSON.stringify(field.name)}]`
      const byDefault = field.defaultValue()
      if (byDefault === undefined) return `${read}; ${written(field.type, value)}`
      const bytes = constant(field.type.toBuffer(byDefault))
      return `${read}; if (${value} === undefined) { p = raw(b, p, ${bytes}) } else { ${written(field.type, value)} }`
    })
    bodies.push(`function ${name}(b, p, v) {\n${statements.join('\n')}\nreturn p\n}`)
    return name
  }

  function list(items: Type, value: string): string {
    const [nth, item] = [fresh(), fresh()]
    return `if (!Array.isArray(${value})) refuse('array')
if (${value}.length > 0) {
p = long(b, p, ${value}.length)
for (let ${nth} = 0; ${nth} < ${value}.length; ${nth}++) { const ${item} = ${value}[${nth}]; ${written(items, item)} }
}
b[p++] = 0`
  }

  // By `for in`, which makes no list of the names: what is enumerable and not its own no value of ours has.
  function map(values: Type, value: string): string {
    const [count, key, each] = [fresh(), fresh(), fresh()]
    return `if (typeof ${value} !== 'object' || ${value} === null || Array.isArray(${value})) refuse('map')
let ${count} = 0
for (const ${key} in ${value}) ${count}++
if (${count} > 0) p = long(b, p, ${count})
for (const ${key} in ${value}) {
const ${each} = ${value}[${key}]
p = text(b, p, ${key}); ${written(values, each)}
}
b[p++] = 0`
  }

  /** Of null and one other type, which is what our schemas have: the plain value or null. */
  function nullable(types: readonly Type[], value: string): string {
    const nullAt = nullIn(types)
    if (nullAt === undefined) throw new Error('No encoder writes such a union')
    const other = partOf(types[1 - nullAt])
    return `if (${value} === null) b[p++] = ${2 * nullAt}
else { b[p++] = ${2 * (1 - nullAt)}; ${written(other, value)} }`
  }

  function symbol(symbols: readonly string[], value: string): string {
    const numbers = constant(new Map(symbols.map((each, nth) => [each, nth])))
    const number = fresh()
    return `const ${number} = ${numbers}.get(${value}) ?? refuse('enum'); p = long(b, p, ${number})`
  }

  function floating(kind: 'float' | 'double', value: string): string {
    const [bytes, method] = kind === 'float' ? [4, 'writeFloatLE'] : [8, 'writeDoubleLE']
    return `if (typeof ${value} !== 'number') refuse('${kind}')
if (p + ${bytes} <= b.length) b.${method}(${value}, p)
p += ${bytes}`
  }

  const first = fresh()
  const main = `return function encode(b, at, ${first}) {\nlet p = at\n${written(type, first)}\nreturn p\n}`
  return { source: `'use strict'\n${bodies.join('\n')}\n${main}`, constants }
}
