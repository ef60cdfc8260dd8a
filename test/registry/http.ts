import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type RunningRegistry, startRegistry } from '../../topology/registry/server.ts'

/** A registry without credentials, spoken to in plain HTTP. */
export interface Http {
  /** Sends and expects this status; answers the body. */
  (status: number, method: string, path: string, body?: unknown): Promise<unknown>
  readonly url: string
}

export async function startHttp(t: TestContext, path = ':memory:'): Promise<Http> {
  const registry = await startRegistry({
    path,
    host: '127.0.0.1',
    port: 0,
    credentials: undefined,
  })
  t.after(() => registry.close())
  return over(registry)
}

export function over({ url }: RunningRegistry): Http {
  const http = async (status: number, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    assert.equal(response.status, status, `${method} ${path}: ${text}`)
    const type = response.headers.get('content-type')
    assert.equal(type, 'application/vnd.schemaregistry.v1+json')
    return JSON.parse(text) as unknown
  }
  return Object.assign(http, { url })
}

/** Expects a refusal with this code; the status is its first three digits. */
export async function refusedBy(
  http: Http,
  code: number,
  method: string,
  path: string,
  body?: unknown,
): Promise<string> {
  const status = Number(String(code).slice(0, 3))
  const answer = (await http(status, method, path, body)) as { error_code: number; message: string }
  assert.equal(answer.error_code, code, answer.message)
  assert.deepEqual(Object.keys(answer), ['error_code', 'message'])
  return answer.message
}

/** The body of a registration: a record of these fields. */
export function record(fields: Readonly<Record<string, unknown>>, name = 'Person'): object {
  const list = Object.entries(fields).map(([field, type]) =>
    typeof type === 'object' && type !== null && 'default' in type
      ? { name: field, ...type }
      : { name: field, type },
  )
  return { schema: JSON.stringify({ type: 'record', name, namespace: 'test', fields: list }) }
}

export async function temporaryFile(t: TestContext, name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'c4a-registry-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return join(folder, name)
}
