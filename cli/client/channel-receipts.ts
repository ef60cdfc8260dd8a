import type { ConnectorTools } from '../../connectors/contract.ts'
import { connectorFactories } from '../../connectors/index.ts'

/** Capabilities are data: nothing is called for them. */
const nothing: ConnectorTools = {
  http: () => Promise.reject(new Error('capabilities need no network')),
  blob: () => Promise.resolve(undefined),
  limits: {},
}

/**
 * The statuses that a channel reports, as this program's connectors declare them; undefined for a
 * channel that it does not know.
 */
export function channelReceipts(channel: string): readonly string[] | undefined {
  const create = Object.hasOwn(connectorFactories, channel)
    ? connectorFactories[channel]
    : undefined
  return create?.(nothing).capabilities.receipts
}
