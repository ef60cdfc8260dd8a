import { join } from 'node:path'
import { loadSchemas } from '../../schemas/load.ts'
import { type AvroCodec, avroCodec } from '../../topology/codec/avro-codec.ts'
import { startRegistry } from '../../topology/registry/server.ts'
import type { Closers } from './closers.ts'
import { keptSecret } from './secrets.ts'

/**
 * The embedded registry on its own port, and a codec that has registered there what it writes. Whoever can
 * write schemas can stop the pipeline, so it asks for a password, kept in `<data>/registry-password`.
 */
export async function openSchemas(
  dataDir: string,
  port: number,
  closers: Closers,
): Promise<{ readonly codec: AvroCodec; readonly registryUrl: string }> {
  const password = keptSecret(join(dataDir, 'registry-password')).value
  const credentials = { username: 'chat4all', password }
  const registry = await startRegistry({
    path: join(dataDir, 'registry.sqlite'),
    host: '127.0.0.1',
    port,
    credentials,
  })
  closers.add(() => registry.close())
  const codec = await avroCodec(loadSchemas(), registry.schemas('FULL_TRANSITIVE'))
  return { codec, registryUrl: registry.url }
}
