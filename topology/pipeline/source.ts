import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml'

/** Offsets into the text, `to` not included. */
export interface Span {
  readonly from: number
  readonly to: number
}

/**
 * The file as maps, lists and scalars, each with the place where it is written. Anchors and merge keys
 * (`<<`) are followed; what came through one also has the place where it is used.
 */
export type SourceNode = SourceMap | SourceList | SourceScalar
export interface Written {
  readonly span: Span
  /** The alias or merge key that brought it here; null where it is written in place. */
  readonly usedAt: Span | null
}
export interface SourceMap extends Written {
  readonly kind: 'map'
  readonly entries: readonly SourceEntry[]
  /** Written as `{ ... }`. */
  readonly flow: boolean
}
export interface SourceEntry {
  readonly key: string
  readonly keySpan: Span
  readonly value: SourceNode
  readonly usedAt: Span | null
}
export interface SourceList extends Written {
  readonly kind: 'list'
  readonly items: readonly SourceNode[]
}
export interface SourceScalar extends Written {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  /** As written, without quotes. */
  readonly text: string
}

export interface SourceError {
  readonly span: Span
  /** A key that is there twice; the rest of the file is read all the same. */
  readonly duplicate: boolean
  readonly message: string
}

export interface Source {
  readonly file: string
  readonly text: string
  readonly lines: LineCounter
  /** Undefined when the file is empty or cannot be read. */
  readonly root: SourceNode | undefined
  readonly errors: readonly SourceError[]
}

/** Parses YAML 1.2. Never throws: what cannot be read is in `errors`. */
export function readSource(text: string, file: string): Source {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // A huge whole number would silently lose digits as a float.
    intAsBigInt: false,
  })
  const unreadable = document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')
  const errors: SourceError[] = document.errors.map(({ code, pos: [from, to], message }) => ({
    // At the end of the text the library points one past it.
    span: { from: Math.min(from, text.length), to: Math.min(to, text.length) },
    duplicate: code === 'DUPLICATE_KEY',
    message,
  }))
  let root: SourceNode | undefined
  if (!unreadable && document.contents) {
    visit(document, { Alias: (_, alias) => void errors.push(...aliasErrors(alias, document)) })
    root = nodeOf(document.contents, null, document, [])
  }
  return { file, text, lines, root, errors }
}

/** The library finds these only when it makes plain values, which we never ask for. */
function aliasErrors(alias: Alias, document: Document): readonly SourceError[] {
  if (alias.resolve(document)) return []
  const message = `There is no anchor '&${alias.source}' before this alias`
  return [{ span: spanOf(alias), duplicate: false, message }]
}

function nodeOf(
  node: Node | null,
  usedAt: Span | null,
  document: Document,
  open: readonly Node[],
): SourceNode {
  const span = spanOf(node)
  if (isAlias(node)) {
    const target = node.resolve(document)
    // An alias inside its own anchor has no end: it is read as nothing.
    if (!target || open.includes(target))
      return { kind: 'scalar', value: null, text: '', span, usedAt }
    return nodeOf(target, usedAt ?? span, document, open)
  }
  if (isMap(node)) {
    const entries = entriesOf(node, usedAt, document, [...open, node])
    return { kind: 'map', entries, flow: node.flow === true, span, usedAt }
  }
  if (isSeq(node)) {
    const items = node.items.map((item) =>
      nodeOf(item as Node | null, usedAt, document, [...open, node]),
    )
    return { kind: 'list', items, span, usedAt }
  }
  const value = isScalar(node) ? node.value : null
  const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  const text = isScalar(node) ? (node.source ?? '') : ''
  return { kind: 'scalar', value: known ? value : null, text, span, usedAt }
}

/** Own entries first; of merged maps the earlier wins, as the YAML merge type says. */
function entriesOf(
  map: YAMLMap,
  usedAt: Span | null,
  document: Document,
  open: readonly Node[],
): SourceEntry[] {
  const own: SourceEntry[] = []
  const merged: SourceEntry[] = []
  for (const pair of map.items) {
    if (!isPair(pair) || !isScalar(pair.key)) continue
    const key = String(pair.key.value)
    const value = pair.value as Node | null
    if (key === '<<') {
      const from = nodeOf(value, usedAt, document, open)
      for (const source of from.kind === 'list' ? from.items : [from])
        if (source.kind === 'map')
          merged.push(...source.entries.map((e) => usedBy(e, source.usedAt)))
      continue
    }
    const keySpan = spanOf(pair.key)
    const read = nodeOf(value, usedAt, document, open)
    // An empty value has no place of its own: its key stands for it.
    const placed = value?.range && read.span.to > read.span.from ? read : { ...read, span: keySpan }
    own.push({ key, keySpan, value: placed, usedAt })
  }
  const taken = new Set(own.map(({ key }) => key))
  for (const entry of merged) {
    if (taken.has(entry.key)) continue
    taken.add(entry.key)
    own.push(entry)
  }
  return own
}

const usedBy = (entry: SourceEntry, usedAt: Span | null): SourceEntry => ({
  ...entry,
  usedAt: usedAt ?? entry.usedAt,
})

function spanOf(node: unknown): Span {
  const range = (node as Node | null)?.range
  return range ? { from: range[0], to: range[1] } : { from: 0, to: 0 }
}

/** Where an entry's key stands. */
export const keyOf = (entry: SourceEntry): Written => ({
  span: entry.keySpan,
  usedAt: entry.usedAt,
})

export const entryOf = (node: SourceMap, key: string): SourceEntry | undefined =>
  node.entries.find((entry) => entry.key === key)
