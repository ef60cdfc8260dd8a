type Json = Readonly<Record<string, unknown>>

/** What would break a client of the older document: each as a sentence. Additions break nobody. */
export function openApiBreaks(older: Json, newer: Json): readonly string[] {
  const breaks: string[] = []
  const at = (value: unknown, ...path: readonly string[]): unknown =>
    path.reduce<unknown>((found, name) => (found as Json | undefined)?.[name], value)
  const resolved = (document: Json, schema: unknown): Json => {
    const ref = at(schema, '$ref')
    return (typeof ref === 'string' ? at(document, ...ref.slice(2).split('/')) : schema) as Json
  }

  /** `sent`: clients write it, so it must not ask for more. Else they read it, so it must not hold less. */
  function compare(where: string, before: unknown, after: unknown, sent: boolean, depth = 0): void {
    if (before === undefined || depth > 12) return
    if (after === undefined) return void breaks.push(`${where} is gone`)
    const a = resolved(older, before)
    const b = resolved(newer, after)
    if (a['type'] !== b['type']) breaks.push(`${where} was ${a['type']} and is ${b['type']}`)
    bounds(where, a, b, sent)
    required(where, a, b, sent)
    for (const [name, field] of Object.entries((a['properties'] ?? {}) as Json)) {
      compare(`${where}.${name}`, field, at(b, 'properties', name), sent, depth + 1)
    }
    compare(`${where}[]`, a['items'], b['items'], sent, depth + 1)
    for (const branch of (a['oneOf'] ?? []) as readonly Json[]) {
      if (branch['title'] === undefined) continue
      const same = ((b['oneOf'] ?? []) as readonly Json[]).find(
        (x) => x['title'] === branch['title'],
      )
      compare(`${where}<${branch['title']}>`, branch, same, sent, depth + 1)
    }
  }

  function bounds(where: string, a: Json, b: Json, sent: boolean): void {
    const values = (b['enum'] ?? undefined) as readonly unknown[] | undefined
    const lost = ((a['enum'] ?? []) as readonly unknown[]).filter(
      (x) => values && !values.includes(x),
    )
    if (sent && lost.length > 0) breaks.push(`${where} no longer takes ${lost.join(', ')}`)
    if (!sent) return
    if (a['pattern'] !== b['pattern']) breaks.push(`${where} has another pattern`)
    for (const name of ['maxLength', 'maxItems', 'maximum', 'maxProperties']) {
      const [was, is] = [a[name] ?? Number.POSITIVE_INFINITY, b[name] ?? Number.POSITIVE_INFINITY]
      if (Number(is) < Number(was)) breaks.push(`${where} has a lower ${name}`)
    }
    for (const name of ['minLength', 'minItems', 'minimum']) {
      const [was, is] = [a[name] ?? Number.NEGATIVE_INFINITY, b[name] ?? Number.NEGATIVE_INFINITY]
      if (Number(is) > Number(was)) breaks.push(`${where} has a higher ${name}`)
    }
  }

  function required(where: string, a: Json, b: Json, sent: boolean): void {
    const was = (a['required'] ?? []) as readonly string[]
    const is = (b['required'] ?? []) as readonly string[]
    const changed = sent ? is.filter((x) => !was.includes(x)) : was.filter((x) => !is.includes(x))
    for (const name of changed) {
      breaks.push(`${where}.${name} ${sent ? 'must now be sent' : 'may now be absent'}`)
    }
  }

  function contents(where: string, before: unknown, after: unknown, sent: boolean): void {
    for (const [type, media] of Object.entries((at(before, 'content') ?? {}) as Json)) {
      const other = at(after, 'content', type)
      compare(`${where} ${type}`, at(media, 'schema') ?? {}, at(other, 'schema'), sent)
    }
  }

  for (const [path, methods] of Object.entries(older['paths'] as Json)) {
    for (const [method, before] of Object.entries(methods as Json)) {
      const where = `${method.toUpperCase()} ${path}`
      const after = at(newer, 'paths', path, method)
      if (after === undefined) {
        breaks.push(`${where} is gone`)
        continue
      }
      contents(`${where} body`, at(before, 'requestBody'), at(after, 'requestBody'), true)
      parameters(where, at(before, 'parameters'), at(after, 'parameters'))
      for (const [status, answer] of Object.entries(at(before, 'responses') as Json)) {
        const now = at(after, 'responses', status)
        if (now === undefined) breaks.push(`${where} -> ${status} is gone`)
        else contents(`${where} -> ${status}`, answer, now, false)
      }
    }
  }

  function parameters(where: string, before: unknown, after: unknown): void {
    const nameOf = (parameter: Json) => `${parameter['in']}:${parameter['name']}`
    const was = new Map(((before ?? []) as readonly Json[]).map((each) => [nameOf(each), each]))
    const is = new Map(((after ?? []) as readonly Json[]).map((each) => [nameOf(each), each]))
    for (const [name, parameter] of was) {
      const now = is.get(name)
      if (now === undefined) breaks.push(`${where} ${name} is gone`)
      else compare(`${where} ${name}`, parameter['schema'], now['schema'], true)
    }
    for (const [name, parameter] of is) {
      const asked = parameter['required'] === true && was.get(name)?.['required'] !== true
      if (asked) breaks.push(`${where} ${name} must now be sent`)
    }
  }
  return breaks
}
