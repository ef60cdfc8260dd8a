import assert from 'node:assert/strict'
import { test } from 'node:test'
// biome-ignore lint/correctness/noUnresolvedImports: CommonJS that assigns its exports, which its types do not say.
import descriptors from 'protobufjs/ext/descriptor/index.js'
import { loadProtos } from '../../gateway/grpc/load-protos.ts'
import { reflectedProtos } from '../../gateway/grpc/reflected-protos.ts'

// biome-ignore lint/suspicious/noExplicitAny: descriptors are looked into field by field.
type Any = any

// What a strict client (grpcurl) checks before it makes a call.
const files = new Map<string, Any>()
const definition = loadProtos({ keepCase: true }).all
for (const each of Object.values(reflectedProtos(definition))) {
  if (!('fileDescriptorProtos' in each) || !Array.isArray(each.fileDescriptorProtos)) continue
  for (const bytes of each.fileDescriptorProtos) {
    const file: Any = descriptors.FileDescriptorProto.decode(bytes)
    files.set(file.name, file)
  }
}
const api = files.get('chat4all_v1.proto')
const message = (name: string): Any => api.messageType.find((each: Any) => each.name === name)
const field = (of: string, name: string): Any =>
  message(of).field.find((each: Any) => each.name === name)

test('every type of the protos comes with the same files, of which reflection reads one list', () => {
  const lists = Object.values(definition).flatMap((each) =>
    'fileDescriptorProtos' in each ? [each.fileDescriptorProtos] : [],
  )
  assert.ok(lists.length > 50)
  assert.equal(new Set(lists).size, 1)
})

test('reflection says which files a file imports', () => {
  assert.deepEqual(api.dependency, ['google_protobuf.proto'])
  assert.ok(files.has('google_protobuf.proto'))
  assert.deepEqual(files.get('google_protobuf.proto').dependency, [])
})

test('reflection names the entries of a map as protoc does', () => {
  const entries = api.messageType.flatMap((each: Any) =>
    each.nestedType
      .filter(({ options }: Any) => options?.mapEntry)
      .map(({ name }: Any) => `${each.name}.${name}`),
  )
  assert.ok(
    entries.includes('SendRequest.MetadataEntry') && entries.includes('MessageDetail.CountsEntry'),
  )
  assert.equal(field('SendRequest', 'metadata').typeName, '.chat4all.v1.SendRequest.MetadataEntry')
})

test('reflection has the names of the proto files, and says which fields are optional', () => {
  assert.equal(field('SendRequest', 'message_id').proto3Optional, true)
  assert.ok(!field('SendRequest', 'content').proto3Optional)
})
