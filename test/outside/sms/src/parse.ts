import {
  type ChannelReason,
  fieldsOf,
  type Inbound,
  parseJson,
  secondsOf,
  textOf,
} from '@chat4all/connector'
import { errors } from './outcome.ts'

/** One event: what somebody wrote, or what became of a message of ours. */
export function parse(
  item: Uint8Array,
  context: Uint8Array,
  receivedAtMs: number,
): readonly Inbound[] {
  const account = textOf(fieldsOf<'account'>(parseJson(context)).account)
  const event = fieldsOf<
    'type' | 'id' | 'number' | 'text' | 'at' | 'status' | 'reference' | 'code'
  >(parseJson(item))
  const id = textOf(event.id)
  const address = textOf(event.number)
  if (account === undefined || id === undefined || address === undefined) {
    return [{ kind: 'unsupported', account: account ?? null, why: 'an event without id or number' }]
  }
  const atMs = secondsOf(event.at) ?? receivedAtMs

  const text = textOf(event.text)
  if (event.type === 'message' && text !== undefined) {
    const content = { type: 'text', text } as const
    return [{ kind: 'message', account, address, providerMessageId: id, content, sentAtMs: atMs }]
  }
  const status = statusOf(event.status)
  if (event.type !== 'report' || status === undefined) {
    return [{ kind: 'unsupported', account, why: 'an event of an unknown type' }]
  }
  const code = textOf(event.code)
  return [
    {
      kind: 'receipt',
      account,
      address,
      status,
      providerMessageId: id,
      watermarkMs: null,
      echo: textOf(event.reference) ?? null,
      reason: status === 'failed' ? reasonOf(code) : null,
      detail: status === 'failed' ? `Torpedo ${code ?? 'gave no code'}` : null,
      atMs,
    },
  ]
}

const statusOf = (status: unknown): 'sent' | 'delivered' | 'failed' | undefined =>
  status === 'sent' || status === 'delivered' || status === 'failed' ? status : undefined

const reasonOf = (code: string | undefined): ChannelReason =>
  (code !== undefined && Object.hasOwn(errors, code) ? errors[code]?.reason : undefined) ??
  'transient'
