import {
  type Account,
  type Connector,
  type ConnectorFactory,
  type ConnectorTools,
  lostAnswer,
  notServed,
  type Outbound,
  type SendOutcome,
  timeoutsOf,
} from '@chat4all/connector'
import { outcome } from './outcome.ts'
import { parse } from './parse.ts'
import { split, verify } from './webhook.ts'

/** SMS through Torpedo. The hub finds a package's connector under this name. */
export const connector: ConnectorFactory = (tools): Connector => ({
  channel: 'sms',
  capabilities: {
    kinds: ['text'],
    // Ten segments; Torpedo joins them on the phone.
    text: { max: tools.limits['text'] ?? 1_530, unit: 'utf16' },
    caption: null,
    receipts: ['sent', 'delivered', 'failed'],
    windowMs: null,
    settlement: 'callback-data',
  },
  send: (outbound, account, signal) => send(tools, outbound, account, signal),
  webhook: { verify, handshake: () => null, split },
  canonicalAddress: (address) => {
    const digits = address.replaceAll(/[\s()+.-]/g, '')
    return /^\d{8,15}$/.test(digits) ? `+${digits}` : undefined
  },
  parse,
})

async function send(
  tools: ConnectorTools,
  { address, content, echo }: Outbound,
  account: Account,
  signal: AbortSignal,
): Promise<SendOutcome> {
  if (content.type !== 'text') return notServed('sms', content)
  try {
    const answer = await tools.http({
      method: 'POST',
      url: `${account.baseUrl}/v1/messages`,
      headers: {
        authorization: `Bearer ${account.secrets['token'] ?? ''}`,
        'content-type': 'application/json',
      },
      // `reference` comes back with every report, so that a lost answer can be settled.
      body: JSON.stringify({
        from: account.externalId,
        to: address,
        text: content.text,
        reference: echo,
      }),
      signal,
      timeoutMs: timeoutsOf(tools.limits).sendMs,
    })
    return outcome(answer)
  } catch (error) {
    return lostAnswer(error)
  }
}
