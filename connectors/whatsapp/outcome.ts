import { actionTaken } from '../action-taken.ts'
import type { HttpAnswer, SendOutcome } from '../contract.ts'
import { fieldsOf, listOf, textOf } from '../loose-json.ts'
import { errorTable } from '../meta/error-table.ts'
import { graphOutcome } from '../meta/graph-outcome.ts'
import { verdicts } from '../verdict.ts'
import { whatsappAddress } from './address.ts'

/** Error codes of the WhatsApp Cloud API; many come only in a status webhook. Decided on `code` alone: v16 dropped subcodes. */
export const whatsappErrors = errorTable([
  [verdicts.throttledSender, '4', '80007', '130429', '133016'],
  [verdicts.throttledConversation, '131056'],
  [verdicts.transient, '1', '2', '131000', '131016', '131057', '133004'],
  // 2500, 2635: the API version in our path is over, which a person mends in pipeline.yaml.
  [verdicts.channelAuth, '0', '3', '10', '190', '200-299', '2500', '2635'],
  // 131048: the spam brake. 131042 and the 133000s: billing and set-up, which a person has to put right.
  [verdicts.channelRestricted, '368', '131031', '131048', '131042', '134011', '131045', '131037'],
  [verdicts.channelRestricted, '133000', '133006', '133008', '133009', '133010', '133015'],
  [verdicts.restrictedHere, '130497'],
  [verdicts.windowClosed, '131047'],
  [verdicts.recipientGone, '131026', '131030'],
  [verdicts.optedOut, '131050'],
  [verdicts.mediaUnreachable, '131053'],
  [verdicts.contentRejected, '33', '100', '131008', '131009', '131021', '131051', '131052'],
  [verdicts.contentRejected, '131062', '135000'],
  // Meta chose not to deliver a marketing message now; trying again soon is answered alike.
  [verdicts.contentRejected, '131049', '130472'],
  // Templates.
  [verdicts.contentRejected, '132000-132999'],
])

export function whatsappOutcome(answer: HttpAnswer): SendOutcome {
  return graphOutcome(answer, whatsappErrors, (body) => {
    const { messages, contacts } = fieldsOf<'messages' | 'contacts'>(body)
    const providerMessageId = textOf(fieldsOf<'id'>(listOf(messages)[0]).id)
    if (providerMessageId === undefined) return undefined

    // The number as WhatsApp writes it (Brazil's ninth digit): an alias where it differs from what we gave.
    const contact = fieldsOf<'input' | 'wa_id'>(listOf(contacts)[0])
    const canonicalAddress = textOf(contact.wa_id)
    return canonicalAddress === undefined ||
      canonicalAddress === whatsappAddress(textOf(contact.input) ?? '')
      ? { kind: 'sent', providerMessageId }
      : { kind: 'sent', providerMessageId, canonicalAddress }
  })
}

/** `{success: true}` to a mark, which is no message and so gets no id. */
export function whatsappMarkOutcome(answer: HttpAnswer, echo: string): SendOutcome {
  return graphOutcome(answer, whatsappErrors, (body) =>
    fieldsOf<'success'>(body).success === true ? actionTaken(echo) : undefined,
  )
}
