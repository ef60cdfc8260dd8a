import { createHash } from 'node:crypto'
import type { Pipeline } from './model.ts'

/**
 * 12 hex digits of SHA-256 over the pipeline in canonical form: names sorted, secrets and verify tokens
 * left out. Comments, order and spelling (`60s`, `1m`) do not change it. Give it a pipeline that was read
 * with placeholders: values of the environment have no part in it.
 */
export function revisionOf(pipeline: Omit<Pipeline, 'revision'>): string {
  const text = JSON.stringify(canonical(pipeline))
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
    .filter(([name]) => name !== 'secrets' && name !== 'verifyToken')
    .sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([name, inner]) => [name, canonical(inner)]))
}
