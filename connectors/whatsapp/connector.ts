import type {
  Account,
  ConnectorFactory,
  ConnectorTools,
  Outbound,
  SendOutcome,
} from '../contract.ts'
import { lostAnswer } from '../lost-answer.ts'
import { isMedia } from '../medium-source.ts'
import { graphPost } from '../meta/graph-post.ts'
import { handshake } from '../meta/handshake.ts'
import { verifySignature } from '../meta/signature.ts'
import { notServed } from '../not-served.ts'
import { targetMissing } from '../target-missing.ts'
import { timeoutsOf } from '../timeouts.ts'
import { canonicalWhatsappAddress } from './address.ts'
import { whatsappCapabilities } from './capabilities.ts'
import { fetchMedium } from './fetch-medium.ts'
import { markBody } from './mark-body.ts'
import { whatsappMedium } from './medium.ts'
import { whatsappMarkOutcome, whatsappOutcome } from './outcome.ts'
import { parseWhatsapp } from './parse.ts'
import { type Medium, sendBody } from './send-body.ts'
import { splitWhatsapp } from './webhook.ts'

/** WhatsApp Cloud API. An answer of 200 means accepted, not sent: the status webhooks tell the rest. */
export const whatsapp: ConnectorFactory = (tools) => ({
  channel: 'whatsapp',
  capabilities: whatsappCapabilities(tools.limits),
  send: (outbound, account, signal) => send(tools, outbound, account, signal),
  fetchMedium: (medium, account, signal) => fetchMedium(tools, medium, account, signal),
  webhook: { verify: verifySignature, handshake, split: splitWhatsapp },
  canonicalAddress: canonicalWhatsappAddress,
  parse: parseWhatsapp,
})

async function send(
  tools: ConnectorTools,
  outbound: Outbound,
  account: Account,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const { sendMs, uploadMs } = timeoutsOf(tools.limits)
  let medium: Medium | undefined
  if (isMedia(outbound.content)) {
    const found = await whatsappMedium(tools, outbound.content, account, signal, uploadMs)
    if ('outcome' in found) return found.outcome
    medium = found
  }

  const missing = targetMissing('whatsapp', outbound, ['reaction', 'read', 'typing'])
  if (missing) return missing
  const mark = markBody(outbound)
  const body = mark ?? sendBody(outbound, medium)
  if (!body) return notServed('whatsapp', outbound.content)
  try {
    const answer = await graphPost(tools, {
      account,
      edge: 'messages',
      contentType: 'application/json',
      body: JSON.stringify(body),
      signal,
      timeoutMs: sendMs,
    })
    return mark ? whatsappMarkOutcome(answer, outbound.echo) : whatsappOutcome(answer)
  } catch (error) {
    return lostAnswer(error)
  }
}
