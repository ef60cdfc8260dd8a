import type { ConnectorFactory } from '../contract.ts'
import { fetchAttachment } from '../meta/fetch-attachment.ts'
import { type PageSend, pageSend } from '../meta/page-send.ts'
import { numericAddress } from '../numeric-address.ts'
import { messengerCapabilities } from './capabilities.ts'
import { parseMessenger } from './parse.ts'
import { sendBody } from './send-body.ts'
import { handshake, split, verify } from './webhook.ts'

/** Messenger Platform. The account is a Page, under its Page id. */
export const messenger: ConnectorFactory = (tools) => {
  const capabilities = messengerCapabilities(tools.limits)
  return {
    channel: 'messenger',
    capabilities,
    send: (outbound, account, signal) => {
      const route = { account, node: account.externalId, uploadFields: {} }
      const page: PageSend = {
        channel: 'messenger',
        route,
        bodyOf: sendBody,
        reactionOf: (emoji) => emoji,
      }
      return pageSend(tools, page, outbound, signal)
    },
    fetchMedium: (medium, account, signal) => fetchAttachment(tools, medium, account, signal),
    webhook: { verify, handshake, split },
    canonicalAddress: numericAddress,
    parse: parseMessenger,
  }
}
