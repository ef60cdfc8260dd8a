import type {
  Account,
  ConnectorFactory,
  ConnectorTools,
  Outbound,
  SendOutcome,
} from '../contract.ts'
import { inAppAddress } from './address.ts'
import { inAppCapabilities } from './capabilities.ts'
import { parseInApp } from './parse.ts'
import { handshake, splitInApp, verifyInApp } from './webhook.ts'

/**
 * People without a platform, on sockets of the gateways. Sent is what stands in the log for them, whether or not they are
 * there; delivered and read are what their sockets say. What is handed over twice has the same id, by which the reader knows it.
 */
export const inApp: ConnectorFactory = (tools) => ({
  channel: 'in-app',
  capabilities: inAppCapabilities(tools.limits),
  send: (outbound, account, signal) => send(tools, outbound, account, signal),
  webhook: { verify: verifyInApp, handshake, split: splitInApp },
  canonicalAddress: inAppAddress,
  parse: parseInApp,
})

async function send(
  { hand }: ConnectorTools,
  outbound: Outbound,
  account: Account,
  signal: AbortSignal,
): Promise<SendOutcome> {
  if (!hand) {
    const detail = 'in-app: there is no log here to put it into'
    return { kind: 'retry', reason: 'transient', detail }
  }
  // The ledger counts on an attempt to be over in time, and an append knows no signal: it goes on, and is doubtful.
  const tooLate = new Promise<SendOutcome>((resolve) => {
    const late = () => resolve(doubtful('the log took too long'))
    if (signal.aborted) late()
    else signal.addEventListener('abort', late, { once: true })
  })
  const handed = hand(outbound, account).then(
    (providerMessageId): SendOutcome => ({ kind: 'sent', providerMessageId }),
    (error: unknown) => doubtful(error instanceof Error ? error.message : String(error)),
  )
  return Promise.race([handed, tooLate])
}

const doubtful = (why: string): SendOutcome => ({ kind: 'unknown', detail: `in-app: ${why}` })
