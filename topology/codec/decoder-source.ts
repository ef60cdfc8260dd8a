import type { Type } from './avsc.ts'
import { GeneratedNames, type GeneratedSource, nullIn } from './generated-code.ts'
import { partOf } from './part-of.ts'
import { shapeOf } from './shape-of.ts'

/**
 * Code that reads values of a type: a function for each record type, `b` the buffer, `p` where in it. Numbers of one byte, as most
 * lengths are, are read in place. What is longer, and where a nested record ends, is told by `c.p`. See `decoderOf` for the
 * functions that it calls. Behind the end of the buffer a byte is undefined and so reads as 0; whoever asked looks where it ended.
 */
export function decoderSource(type: Type): GeneratedSource {
  const functions = new Map<Type, string>()
  const bodies: string[] = []
  const { constants, fresh, constant } = new GeneratedNames()

  /** Statements that read a value into a variable of this name, which is declared. */
  function read(each: Type, to: string): string {
    const { typeName } = each
    switch (typeName) {
      case 'string':
      case 'bytes':
        return sized(typeName === 'string' ? 'text' : 'bytes', to)
      case 'long':
        return number('long', to)
      case 'int':
        return number('int', to)
      case 'boolean':
        return `${to} = !!b[p++]`
      case 'float':
      case 'double':
        return `c.p = p; ${to} = ${typeName}(b, c); p = c.p`
      case 'null':
        return `${to} = null`
      case 'enum':
        return symbol(shapeOf(each).symbols ?? [], to)
      case 'array':
        return list(partOf(shapeOf(each).itemsType), to)
      case 'map':
        return map(partOf(shapeOf(each).valuesType), to)
      case 'record':
        return `${to} = ${functionOf(each)}(b, p, c); p = c.p`
      case 'union:unwrapped':
        return nullable(shapeOf(each).types ?? [], to)
    }
    throw new Error(`No decoder reads the type ${typeName}`)
  }

  const number = (kind: 'int' | 'long', to: string) =>
    `if ((n = b[p]) > 127) { c.p = p; ${to} = ${kind}(b, c); p = c.p } else { ${to} = (n >> 1) ^ -(n & 1); p++ }`

  /** Length, and so many bytes. */
  function sized(kind: 'text' | 'bytes', to: string): string {
    const end = fresh()
    return `${number('int', 'n')}
const ${end} = p + n; if (!(n >= 0 && ${end} <= b.length)) truncated()
${to} = ${kind}(b, p, ${end}); p = ${end}`
  }

  function functionOf(record: Type): string {
    const known = functions.get(record)
    if (known) return known
    const name = `read${functions.size}`
    functions.set(record, name)
    const fields = (shapeOf(record).fields ?? []).map((field) => ({ field, to: fresh() }))
    const statements = fields.map(({ field, to }) => `let ${to}; ${read(field.type, to)}`)
    const made = fields.map(({ field, to }) => `${JSON.stringify(field.name)}: ${to}`)
    bodies.push(
      `function ${name}(b, p, c) {\nlet n\n${statements.join('\n')}\nc.p = p\nreturn { ${made.join(', ')} }\n}`,
    )
    return name
  }

  /** A count, and so many items, until the count is 0. */
  function blocks(item: string): string {
    const left = fresh()
    return `for (;;) {
c.p = p; let ${left} = count(b, c); p = c.p
if (${left} === 0) break
while (${left}-- > 0) { ${item} }
}`
  }

  function list(items: Type, to: string): string {
    const [all, item] = [fresh(), fresh()]
    return `const ${all} = []\n${blocks(`let ${item}; ${read(items, item)}\n${all}.push(${item})`)}\n${to} = ${all}`
  }

  function map(values: Type, to: string): string {
    const [all, name, item] = [fresh(), fresh(), fresh()]
    const entry = `let ${name}, ${item}; ${sized('text', name)}\n${read(values, item)}\nset(${all}, ${name}, ${item})`
    return `const ${all} = {}\n${blocks(entry)}\n${to} = ${all}`
  }

  /** Of null and one other type, which is what our schemas have: the plain value or null. */
  function nullable(types: readonly Type[], to: string): string {
    const nullAt = nullIn(types)
    if (nullAt === undefined) throw new Error('No decoder reads such a union')
    const other = partOf(types[1 - nullAt])
    return `${number('int', 'n')}
if (n === ${nullAt}) ${to} = null
else if (n === ${1 - nullAt}) { ${read(other, to)} } else noBranch()`
  }

  function symbol(symbols: readonly string[], to: string): string {
    return `${number('int', 'n')}\n${to} = ${constant(symbols)}[n] ?? noSymbol()`
  }

  const first = fresh()
  const statements = read(type, first)
  const main = `return function decode(b, p, c) {\nlet n, ${first}\n${statements}\nc.p = p\nreturn ${first}\n}`
  return { source: `'use strict'\n${bodies.join('\n')}\n${main}`, constants }
}
