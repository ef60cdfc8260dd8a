import { loadSchemas } from '../../schemas/load.ts'
import { type AvroCodec, avroCodec } from '../../topology/codec/avro-codec.ts'
import { confluentRegistry } from '../../topology/registry/client.ts'
import type { ClusterSettings } from '../cluster-settings.ts'

const timeoutMs = 5_000

/** A codec that speaks to the cluster's registry, once that has all our schemas. Throws C4A_REGISTRY_UNREACHABLE. */
export function clusterCodec(settings: ClusterSettings): Promise<AvroCodec> {
  const { registryUrl: url, registryUsername: username, registryPassword: password } = settings
  const registry = confluentRegistry({
    url,
    credentials: username === '' ? undefined : { username, password },
    compatibility: 'FULL_TRANSITIVE',
    timeoutMs,
  })
  return avroCodec(loadSchemas(), registry)
}
