import { instant } from '../../domain/instant.ts'
import { engineHeaders } from '../../topology/contract/headers.ts'
import type { StoredRecord } from '../../topology/contract/record.ts'
import type { GatewayTools } from '../tools.ts'

/** A dead letter as the API shows it. */
export interface DeadLetterJson {
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly code: string
  readonly reason: string
  readonly attempts: number
  readonly diedAt: string
  readonly origin?: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly type?: string | undefined
  readonly value?: unknown
  readonly bytes?: string | undefined
}

type JsonTools = Pick<GatewayTools, 'codec' | 'content' | 'deadLetters'>

/** Never throws for what a record holds: what cannot be decoded is shown as bytes only. */
export async function deadLetterJson(
  record: StoredRecord,
  tools: JsonTools,
): Promise<DeadLetterJson> {
  const { partition, offset, key, headers, value } = record
  const origin = headers[engineHeaders.origin]
  // Topic names have no slash, so what stands before the first one is the topic.
  const type = tools.deadLetters.typeOf(origin?.split('/')[0] ?? '')
  return {
    partition,
    offset,
    key,
    code: codeOf(record),
    reason: headers[engineHeaders.deadReason] ?? '',
    attempts: Number(headers[engineHeaders.deadAttempts] ?? 0),
    diedAt: instant(diedAtMs(record)),
    origin,
    headers,
    type,
    value: type && value ? await decoded(type, value, tools) : undefined,
    bytes: value ? Buffer.from(value).toString('base64') : undefined,
  }
}

export const codeOf = ({ headers }: StoredRecord): string =>
  headers[engineHeaders.deadCode] ?? 'unknown'

/** Milliseconds since 1970 UTC. */
export function diedAtMs({ headers, timestampMs }: StoredRecord): number {
  const noted = Number(headers[engineHeaders.deadAt])
  return Number.isSafeInteger(noted) && noted > 0 ? noted : timestampMs
}

type Type = Parameters<GatewayTools['codec']['decode']>[0]

async function decoded(
  type: Type,
  bytes: Uint8Array,
  { codec, content }: JsonTools,
): Promise<unknown> {
  try {
    await codec.learn(type, [bytes])
    return readable(codec.decode(type, bytes), content)
  } catch {
    return undefined // this is what may have killed it: the bytes and the reason are shown all the same
  }
}

/** Bytes have no JSON: an open message content is decoded, text is shown as text, the rest as base64. */
function readable(value: unknown, content: GatewayTools['content']): unknown {
  if (value instanceof Uint8Array) return textOf(value)
  if (Array.isArray(value)) return value.map((each) => readable(each, content))
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  const shown: Record<string, unknown> = {}
  for (const [name, each] of Object.entries(value)) shown[name] = readable(each, content)
  const { contentKind, content: bytes, seal } = value as Record<string, unknown>
  if (typeof contentKind === 'string' && bytes instanceof Uint8Array && !seal) {
    try {
      shown['content'] = content.decode(contentKind, bytes)
    } catch {
      // stays as bytes
    }
  }
  return shown
}

function textOf(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters tell bytes from text.
    if (!/[\u0000-\u0008\u000e-\u001f]/.test(text)) return text
  } catch {
    // not text
  }
  return `base64:${Buffer.from(bytes).toString('base64')}`
}
