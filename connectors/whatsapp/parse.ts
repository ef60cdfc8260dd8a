import type { Inbound } from '../contract.ts'
import { fieldsOf, parseJson, textOf } from '../loose-json.ts'
import { graphErrorOf } from '../meta/graph-error.ts'
import { parseMessage } from './parse-message.ts'
import { parseStatus } from './parse-status.ts'

/** Reads one item as `splitWhatsapp` cut it. */
export function parseWhatsapp(
  itemBytes: Uint8Array,
  contextBytes: Uint8Array,
  receivedAtMs: number,
): readonly Inbound[] {
  const item = parseJson(itemBytes)
  const { field, of, metadata, contacts } = fieldsOf<'field' | 'of' | 'metadata' | 'contacts'>(
    parseJson(contextBytes),
  )
  const account = textOf(fieldsOf<'phone_number_id'>(metadata).phone_number_id)
  const unsupported = (why: string): readonly Inbound[] => [
    { kind: 'unsupported', account: account ?? null, why },
  ]

  if (of === null && notices.has(textOf(field) ?? '')) {
    return [{ kind: 'ignored', why: `notice ${String(field)}` }]
  }
  // Other fields (message echoes of the phone app, groups, calls) have lists of the same names.
  if (field !== 'messages') return unsupported(`webhook field ${textOf(field) ?? 'unknown'}`)
  if (account === undefined) return unsupported('metadata without phone_number_id')
  if (of === 'messages') return [parseMessage(item, contacts, account, receivedAtMs)]
  if (of === 'statuses') return [parseStatus(item, account, receivedAtMs)]
  if (of === 'errors') return unsupported(graphErrorOf(item)?.detail ?? 'an error without a code')
  return unsupported('neither message nor status')
}

/** About templates, which the hub does not send yet. */
const notices: ReadonlySet<string> = new Set([
  'message_template_status_update',
  'message_template_quality_update',
  'message_template_components_update',
  'template_category_update',
])
