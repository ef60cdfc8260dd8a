import { loadSchemas } from '../../schemas/load.ts'
import { avroCodec } from '../../topology/codec/avro-codec.ts'
import { memoryRegistry } from '../../topology/registry/memory.ts'
import { codecSuite } from '../conformance/codec.ts'

codecSuite('Avro over a registry in memory', loadSchemas(), async () => {
  const registry = memoryRegistry()
  return (schemas) => avroCodec(schemas, registry)
})
