import { hash } from 'node:crypto'
import type { SqlParam } from '../../ports/sql.ts'

/**
 * A statement as pg takes it: under a name, so that each connection parses it once, and plans it only some times.
 * Planning costs more than most statements do, and grows with the parts of the history.
 */
export function prepared(text: string, params: readonly SqlParam[] | undefined) {
  // Without parameters it may be several commands, which cannot be prepared.
  return params ? { name: nameOf(text), text, values: [...params] } : { text }
}

/** Of the texts there are, which are as many as there are statements in the code. */
const names = new Map<string, string>()

function nameOf(text: string): string {
  const known = names.get(text)
  if (known !== undefined) return known
  const name = `c4a_${hash('sha256', text).slice(0, 32)}`
  names.set(text, name)
  return name
}
