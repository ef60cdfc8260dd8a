import type { ConnectorFactory } from '../contract.ts'
import { fetchAttachment } from '../meta/fetch-attachment.ts'
import { type PageSend, pageSend } from '../meta/page-send.ts'
import { numericAddress } from '../numeric-address.ts'
import { instagramCapabilities } from './capabilities.ts'
import { routeOf } from './flavour.ts'
import { parseInstagram } from './parse.ts'
import { sendBody } from './send-body.ts'
import { handshake, split, verify } from './webhook.ts'

/** Instagram Messaging. The account is the professional account, under the id that its webhooks name. */
export const instagram: ConnectorFactory = (tools) => {
  const capabilities = instagramCapabilities(tools.limits)
  return {
    channel: 'instagram',
    capabilities,
    send: (outbound, account, signal) => {
      const page: PageSend = {
        channel: 'instagram',
        route: routeOf(account),
        bodyOf: sendBody,
        reactionOf: () => 'love',
      }
      return pageSend(tools, page, outbound, signal)
    },
    fetchMedium: (medium, account, signal) => fetchAttachment(tools, medium, account, signal),
    webhook: { verify, handshake, split },
    canonicalAddress: numericAddress,
    parse: parseInstagram,
  }
}
