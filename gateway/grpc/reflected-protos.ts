import type { PackageDefinition } from '@grpc/proto-loader'
// biome-ignore lint/correctness/noUnresolvedImports: CommonJS that assigns its exports, which its types do not say.
import descriptors from 'protobufjs/ext/descriptor/index.js'

// What the loader tells of the protos is not what protoc would tell, and grpcurl and the like refuse it: no file
// imports another (https://github.com/grpc/grpc-node/issues/3034), the entries of maps have names of
// their own making, and optional fields are not marked. Reflection serves what is mended here.

interface FileProto {
  readonly name: string
  readonly package: string
  dependency: string[]
  readonly messageType: readonly MessageProto[]
}
interface MessageProto {
  name: string
  readonly field: readonly FieldProto[]
  readonly nestedType: readonly MessageProto[]
  readonly oneofDecl: readonly { readonly name: string }[]
  readonly options?: { readonly mapEntry?: boolean }
}
interface FieldProto {
  readonly name: string
  typeName: string
  readonly oneofIndex?: number
  proto3Optional?: boolean
}

/** What reflection is made from, with descriptors as protoc writes them. */
export function reflectedProtos(definition: PackageDefinition): PackageDefinition {
  // Every type of the definition comes with all the files, the same ones: to read them once is enough.
  for (const [name, each] of Object.entries(definition)) {
    if (!('fileDescriptorProtos' in each) || !Array.isArray(each.fileDescriptorProtos)) continue
    const files: readonly Buffer[] = each.fileDescriptorProtos
    return { [name]: { ...each, fileDescriptorProtos: files.map(mend) } } as PackageDefinition
  }
  return {}
}

function mend(bytes: Buffer): Buffer {
  // The codec knows the shape at run time only; it is that of google/protobuf/descriptor.proto.
  const file = descriptors.FileDescriptorProto.decode(bytes) as unknown as FileProto
  if (file.package !== wellKnown.package) file.dependency = [wellKnown.name]
  for (const message of file.messageType) mendMessage(message, file.package)
  return Buffer.from(descriptors.FileDescriptorProto.encode(file).finish())
}

const wellKnown = { package: 'google.protobuf', name: 'google_protobuf.proto' }

function mendMessage(message: MessageProto, scope: string): void {
  const { field: fields, nestedType, oneofDecl } = message
  for (const field of fields) {
    const entry = nestedType.find(
      ({ name, options }) => name === field.typeName && options?.mapEntry,
    )
    if (entry) {
      // https://protobuf.dev/programming-guides/proto3/#maps-backward-compatibility names it so.
      entry.name = `${camelCase(field.name)}Entry`
      field.typeName = `.${scope}.${message.name}.${entry.name}`
    }
    const oneof = oneofDecl[field.oneofIndex ?? -1]
    if (oneof?.name === `_${field.name}`) field.proto3Optional = true
  }
}

function camelCase(name: string): string {
  return name.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())
}
