import type { HttpJob, LoadResult } from '../load/http-load.ts'
import { benchKey } from './bench-key.ts'
import type { Child } from './child.ts'

export type Target = Omit<HttpJob, 'port' | 'key'>

/** One burst of the generator against a server that said its `httpPort`. */
export function httpBurst(generator: Child, server: Child, target: Target): Promise<LoadResult> {
  const port = Number(server.hello['httpPort'])
  const job: HttpJob = { ...target, port, key: benchKey }
  return generator.ask<LoadResult>({ ask: 'http', job })
}

export const single: Pick<Target, 'path' | 'connections' | 'expect'> = {
  path: '/v1/messages',
  connections: 64,
  expect: 202,
}

export const batched: Pick<Target, 'path' | 'connections' | 'expect'> = {
  path: '/v1/messages:batch',
  connections: 32,
  expect: 202,
}
