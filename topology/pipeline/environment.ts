/**
 * References in scalar values: `${A}` (required), `${A:-default}`, `${A:?what to say when it is missing}`;
 * `$${` is a literal `${`. They are expanded after parsing, so comments, keys and the shape of the file
 * are never touched by a value.
 */
export type Environment = Readonly<Record<string, string | undefined>>

export interface Reference {
  readonly name: string
  readonly fallback: string | null
  readonly message: string | null
}

export interface Template {
  /** Literal text and references, in order. */
  readonly parts: readonly (string | Reference)[]
  /** What cannot be read as a reference, as written. */
  readonly malformed: string | null
}

const reference = /^\$\{([A-Za-z_][A-Za-z0-9_]*)(?::([-?])([^}]*))?\}/

export function templateOf(text: string): Template {
  const parts: (string | Reference)[] = []
  let literal = ''
  let rest = text
  while (rest) {
    const start = rest.search(/\$\$?\{/)
    if (start === -1) break
    literal += rest.slice(0, start)
    rest = rest.slice(start)
    if (rest.startsWith('$${')) {
      literal += '${'
      rest = rest.slice(3)
      continue
    }
    const found = reference.exec(rest)
    if (!found) return { parts: [text], malformed: rest.slice(0, rest.indexOf('}') + 1) || rest }
    const [whole, name = '', sign, operand = ''] = found
    if (literal) parts.push(literal)
    literal = ''
    parts.push({
      name,
      fallback: sign === '-' ? operand : null,
      message: sign === '?' ? operand : null,
    })
    rest = rest.slice(whole.length)
  }
  if (literal + rest) parts.push(literal + rest)
  return { parts, malformed: null }
}

export interface Expansion {
  readonly text: string
  /** False where a reference without default stands in for a value that is not known here. */
  readonly known: boolean
  readonly missing: readonly Reference[]
}

/** With `environment` null values are not asked for: defaults are taken, the rest stays as written. */
export function expand(template: Template, environment: Environment | null): Expansion {
  const missing: Reference[] = []
  const text = template.parts.map((part) => {
    if (typeof part === 'string') return part
    // As in a shell, an empty value counts as none.
    const value = environment?.[part.name] || part.fallback
    if (value !== null) return value
    missing.push(part)
    return `\${${part.name}}`
  })
  return { text: text.join(''), known: missing.length === 0, missing }
}
