/** google.protobuf.Timestamp as the loader reads and writes it. */
interface Timestamp {
  readonly seconds?: number
  readonly nanos?: number
}

const instants = new Set([
  'acceptedAt',
  'activeAt',
  'at',
  'createdAt',
  'disabledAt',
  'failingSince',
  'formerSecretUntil',
  'nextAt',
  'observedAt',
  'occurredAt',
  'providerAt',
  'joinedAt',
  'readAt',
  'readTo',
  'expiresAt',
  'sendAt',
])

/**
 * An answer of the API as its proto message: instants become Timestamps, an event's `data` JSON text,
 * everything else is the same already.
 */
export function toProto(answer: object): object {
  const fields: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(answer)) {
    if (field === undefined) continue
    if (instants.has(name)) fields[name] = timestampOf(String(field))
    else if (name === 'data') fields[name] = JSON.stringify(field)
    else if (name === 'metadata') fields[name] = field
    else fields[name] = protoValue(field)
  }
  return fields
}

function protoValue(field: unknown): unknown {
  if (Array.isArray(field)) return field.map(protoValue)
  return typeof field === 'object' && field !== null ? toProto(field) : field
}

/** A Timestamp as RFC 3339, to the millisecond; what is none is left for the check to refuse. */
export function instantOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { seconds = 0, nanos = 0 } = value as Timestamp
  const date = new Date(seconds * 1_000 + Math.floor(nanos / 1_000_000))
  return Number.isNaN(date.getTime()) ? value : date.toISOString()
}

function timestampOf(text: string): Timestamp {
  const ms = Date.parse(text)
  const seconds = Math.floor(ms / 1_000)
  return { seconds, nanos: (ms - seconds * 1_000) * 1_000_000 }
}
