import type { Inbound } from '../contract.ts'
import { fieldsOf, listOf, secondsOf, textOf } from '../loose-json.ts'
import { verdictByStatus, verdictOn } from '../meta/error-table.ts'
import { graphErrorOf } from '../meta/graph-error.ts'
import { whatsappAddress } from './address.ts'
import { whatsappErrors } from './outcome.ts'

type Receipt = Extract<Inbound, { kind: 'receipt' }>

/** One of `statuses[]`: what became of a message of ours. Order of arrival says nothing; `timestamp` does. */
export function parseStatus(item: unknown, account: string, receivedAtMs: number): Inbound {
  const fields = fieldsOf<
    | 'id'
    | 'status'
    | 'timestamp'
    | 'recipient_id'
    | 'recipient_user_id'
    | 'biz_opaque_callback_data'
    | 'errors'
  >(item)
  const providerMessageId = textOf(fields.id)
  const status = statuses.get(textOf(fields.status) ?? '')
  if (providerMessageId === undefined || status === undefined) {
    const why = `a status without id, or unknown: ${textOf(fields.status) ?? 'none'}`
    return { kind: 'unsupported', account, why }
  }

  const recipient = textOf(fields.recipient_id) ?? textOf(fields.recipient_user_id)
  const error = graphErrorOf(listOf(fields.errors)[0])
  return {
    kind: 'receipt',
    account,
    address: recipient === undefined ? null : whatsappAddress(recipient),
    status,
    providerMessageId,
    watermarkMs: null,
    echo: textOf(fields.biz_opaque_callback_data) ?? null,
    reason: error
      ? (verdictOn(whatsappErrors, error.code, error.subcode) ?? verdictByStatus(400)).reason
      : null,
    detail: error?.detail ?? null,
    atMs: secondsOf(fields.timestamp) ?? receivedAtMs,
  }
}

const statuses: ReadonlyMap<string, Receipt['status']> = new Map(
  (['sent', 'delivered', 'read', 'played', 'failed'] as const).map((name) => [name, name]),
)
