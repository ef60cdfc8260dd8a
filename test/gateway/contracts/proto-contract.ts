import type { PackageDefinition } from '@grpc/proto-loader'

/** What clients of the protos rely on: fields by number with their types, and methods. */
export interface ProtoContract {
  /** By message, then by field number: `name type label`. */
  readonly messages: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** By `package.Service/Method`: `request -> answer`. */
  readonly methods: Readonly<Record<string, string>>
}

interface Field {
  readonly name: string
  readonly number: number
  readonly type: string
  readonly label: string
  readonly typeName: string
}

export function protoContract(definition: PackageDefinition): ProtoContract {
  const messages: Record<string, Record<string, string>> = {}
  const methods: Record<string, string> = {}
  for (const [name, defined] of Object.entries(definition)) {
    if (!name.startsWith('chat4all.')) continue
    if ('format' in defined) {
      const { field = [] } = defined.type as { readonly field?: readonly Field[] }
      messages[name] = Object.fromEntries(
        field.map((each) => [
          each.number,
          `${each.name} ${each.typeName || each.type} ${each.label}`,
        ]),
      )
      continue
    }
    for (const [
      method,
      { path, requestStream, responseStream, requestType, responseType },
    ] of Object.entries(defined)) {
      const side = (type: object, stream: boolean) =>
        `${stream ? 'stream ' : ''}${(type as { type: { name: string } }).type.name}`
      methods[path || method] =
        `${side(requestType, requestStream)} -> ${side(responseType, responseStream)}`
    }
  }
  return { messages, methods }
}

/** What would break a client of the older protos, on the wire or in code made from them. */
export function protoBreaks(older: ProtoContract, newer: ProtoContract): readonly string[] {
  const breaks: string[] = []
  for (const [path, shape] of Object.entries(older.methods)) {
    const now = newer.methods[path]
    if (now !== shape) breaks.push(`${path} was ${shape} and is ${now ?? 'gone'}`)
  }
  for (const [message, fields] of Object.entries(older.messages)) {
    for (const [number, shape] of Object.entries(fields)) {
      const now = newer.messages[message]?.[number]
      if (now !== shape)
        breaks.push(`${message} field ${number} was ${shape} and is ${now ?? 'gone'}`)
    }
  }
  return breaks
}
