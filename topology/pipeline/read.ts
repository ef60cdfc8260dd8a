import type { Standing } from './fault-log.ts'
import type { Definition, Field } from './field.ts'
import { isName } from './is-name.ts'
import { nearest } from './nearest.ts'
import type { ReadContext } from './read-context.ts'
import { readInputs, type WrittenInput } from './read-inputs.ts'
import { readOutputs, type WrittenOutput } from './read-outputs.ts'
import { readScalar } from './read-scalar.ts'
import { keyOf, type SourceEntry, type SourceMap, type SourceNode } from './source.ts'
import type { Range } from './units.ts'

/** A value of the file and where it stands. */
export interface Item<Value> extends Standing {
  readonly value: Value
  readonly key: Standing
  readonly node: SourceNode
  /** False where an environment reference without default stands for it, so that nothing can be said of it. */
  readonly known: boolean
}

/** What reading an object by its table gives: every key that is there and has its form. */
export type Read<D extends Definition> = {
  readonly [Key in keyof D['fields']]?: Item<ValueOf<D['fields'][Key]>>
}

export type ValueOf<F extends Field> = F extends { is: 'text' }
  ? string
  : F extends { is: 'integer' | 'duration' | 'size' }
    ? number
    : F extends { is: 'range' }
      ? Range
      : F extends { is: 'object'; of: infer D extends Definition }
        ? Read<D>
        : F extends { is: 'map'; of: infer V extends Field }
          ? ReadonlyMap<string, Item<ValueOf<V>>>
          : F extends { is: 'list'; of: infer V extends Field }
            ? readonly Item<ValueOf<V>>[]
            : F extends { is: 'inputs' }
              ? readonly WrittenInput[]
              : F extends { is: 'outputs' }
                ? readonly WrittenOutput[]
                : F extends { is: 'settings' }
                  ? SourceMap
                  : never

/** Reads an object by its table; what is wrong goes to the log, and reading goes on as if it were mended. */
export function read<D extends Definition>(
  node: SourceNode,
  definition: D,
  context: ReadContext,
): Read<D> {
  return readFields(node, definition, context) as Read<D>
}

function readFields(
  node: SourceNode,
  definition: Definition,
  context: ReadContext,
): Record<string, Item<unknown>> {
  const found: Record<string, Item<unknown>> = {}
  if (!isMapOr(node, definition.name, context)) return found
  const taken = new Set(node.entries.map(({ key }) => key))
  for (const entry of node.entries) {
    const name = nameOf(entry, definition, taken, context)
    const field = name === undefined ? undefined : definition.fields[name]
    if (name === undefined || !field) continue
    const item = readField(entry, field, context)
    if (item) found[name] = item
    else taken.add(name)
  }
  for (const [name, field] of Object.entries(definition.fields)) {
    if (!field.required || found[name] || taken.has(name)) continue
    const [example = '...'] = field.examples ?? []
    context.log.add('C4A1003', {
      at: node,
      message: `'${name}' is missing`,
      fix: `Add \`${name}: ${example}\`: ${field.doc}`,
    })
  }
  return found
}

/** The key's name in the table; for a misspelt one the name that was most likely meant. */
function nameOf(
  entry: SourceEntry,
  definition: Definition,
  taken: Set<string>,
  context: ReadContext,
): string | undefined {
  if (Object.hasOwn(definition.fields, entry.key)) return entry.key
  const known = Object.keys(definition.fields)
  const meant = nearest(
    entry.key,
    known.filter((name) => !taken.has(name)),
  )
  context.log.add('C4A1002', {
    at: keyOf(entry),
    message: `'${entry.key}' is no key of ${definition.name}`,
    fix: meant ? `Did you mean '${meant}'?` : `Leave it out, or use one of: ${known.join(', ')}`,
    edits: meant ? [{ ...entry.keySpan, text: meant }] : [],
  })
  if (meant) taken.add(meant)
  return meant
}

function readField(
  entry: SourceEntry,
  field: Field,
  context: ReadContext,
): Item<unknown> | undefined {
  const { value: node } = entry
  const at = { node, key: keyOf(entry), span: node.span, usedAt: node.usedAt ?? entry.usedAt }
  const whole = (value: unknown): Item<unknown> => ({ ...at, value, known: true })
  switch (field.is) {
    case 'object':
      return whole(readFields(node, field.of, context))
    case 'map':
      return isMapOr(node, `'${entry.key}'`, context)
        ? whole(readMap(node, field.of, field.ids === true, context))
        : undefined
    case 'list': {
      if (node.kind === 'list') return whole(readList(node.items, entry, field.of, context))
      return wrongKind(node, `'${entry.key}' is a list`, 'Write `[one, two]`.', context)
    }
    case 'inputs':
      return whole(readInputs(node, context))
    case 'outputs':
      return isMapOr(node, '`out`', context) ? whole(readOutputs(node, context)) : undefined
    case 'settings':
      return isMapOr(node, '`with`', context) ? whole(node) : undefined
    default: {
      const scalar = readScalar(node, field, entry.key, at, context)
      return scalar && { ...at, ...scalar }
    }
  }
}

function readMap(
  node: SourceMap,
  field: Field,
  ids: boolean,
  context: ReadContext,
): ReadonlyMap<string, Item<unknown>> {
  const found = new Map<string, Item<unknown>>()
  for (const entry of node.entries) {
    if (entry.key.includes('${'))
      context.log.add('C4A1007', {
        at: keyOf(entry),
        message: `The key '${entry.key}' holds an environment reference`,
        fix: 'Write the name itself: references are expanded in values only.',
      })
    else if (ids && !isName(entry.key))
      context.log.add('C4A1010', {
        at: keyOf(entry),
        message: `'${entry.key}' cannot be a name`,
        fix: `Use letters, digits, dots, dashes and underscores, such as '${entry.key.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}'.`,
      })
    const item = readField(entry, field, context)
    if (item) found.set(entry.key, item)
  }
  return found
}

function readList(
  items: readonly SourceNode[],
  entry: SourceEntry,
  field: Field,
  context: ReadContext,
): readonly Item<unknown>[] {
  return items.flatMap((value) => {
    const item = readField({ ...entry, value, keySpan: value.span }, field, context)
    return item ? [item] : []
  })
}

function isMapOr(node: SourceNode, what: string, context: ReadContext): node is SourceMap {
  if (node.kind === 'map') return true
  wrongKind(node, `${what} is a map`, 'Write `key: value` pairs, indented below it.', context)
  return false
}

function wrongKind(
  node: SourceNode,
  message: string,
  fix: string,
  { log }: ReadContext,
): undefined {
  log.add('C4A1004', { at: node, message: `${message}, and this is ${kindOf(node)}`, fix })
}

const kindOf = (node: SourceNode) =>
  node.kind !== 'scalar' ? `a ${node.kind}` : node.value === null ? 'empty' : 'a single value'
