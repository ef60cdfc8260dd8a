import type { Content, Inbound } from '../contract.ts'
import { countOf, fieldsOf, numberOf, parseJson, textOf } from '../loose-json.ts'

type Item = 'kind' | 'address' | 'id' | 'replyTo' | 'conversationId' | 'content' | 'status' | 'atMs'

/** Reads what a gateway wrote of a socket's frame, which it had checked. */
export function parseInApp(item: Uint8Array, context: Uint8Array): readonly Inbound[] {
  const account = textOf(fieldsOf<'account'>(parseJson(context)).account) ?? null
  const fields = fieldsOf<Item>(parseJson(item))
  const { kind, address, id, replyTo, content, status, atMs } = fields
  const whose = textOf(address)
  const providerMessageId = textOf(id)
  const at = countOf(atMs)
  const unsupported = (why: string): readonly Inbound[] => [{ kind: 'unsupported', account, why }]
  if (!account || !whose || !providerMessageId || at === undefined) {
    return unsupported('it is no item of the in-app channel')
  }
  if (kind === 'receipt') {
    if (status !== 'delivered' && status !== 'read')
      return unsupported('a receipt of no known kind')
    const nothing = { watermarkMs: null, echo: null, reason: null, detail: null }
    return [{ kind, account, address: whose, status, providerMessageId, ...nothing, atMs: at }]
  }
  const said = contentOf(content)
  if (kind !== 'message' || !said) return unsupported('content of no known kind')
  const about = textOf(replyTo)
  const named = textOf(fields.conversationId)
  return [
    {
      kind,
      account,
      address: whose,
      providerMessageId,
      content: said,
      ...(about !== undefined && { replyTo: about }),
      ...(named !== undefined && { conversationId: named }),
      sentAtMs: at,
    },
  ]
}

type ContentField =
  | 'type'
  | 'text'
  | 'latitude'
  | 'longitude'
  | 'name'
  | 'address'
  | 'id'
  | 'title'
  | 'emoji'

function contentOf(value: unknown): Content | undefined {
  const { type, text, latitude, longitude, name, address, id, title, emoji } =
    fieldsOf<ContentField>(value)
  switch (type) {
    case 'text':
    case 'edit': {
      const said = textOf(text)
      return said === undefined ? undefined : { type, text: said }
    }
    case 'location': {
      const [north, east] = [numberOf(latitude), numberOf(longitude)]
      if (north === undefined || east === undefined) return undefined
      const [called, where] = [textOf(name), textOf(address)]
      return {
        type,
        latitude: north,
        longitude: east,
        ...(called !== undefined && { name: called }),
        ...(where !== undefined && { address: where }),
      }
    }
    case 'choice': {
      const [chosen, words] = [textOf(id), textOf(title)]
      return chosen === undefined || words === undefined
        ? undefined
        : { type, id: chosen, title: words }
    }
    case 'reaction':
      return typeof emoji === 'string' ? { type, emoji } : undefined
    case 'delete':
      return { type }
    default:
      return undefined
  }
}
