import { setTimeout as sleep } from 'node:timers/promises'
import type { ConnectorFactory } from '../../connectors/contract.ts'
import { connectorFactories } from '../../connectors/index.ts'

/** How many sends were answered so far. */
export interface SendCount {
  sent: number
  lastAtMs: number
}

/**
 * The shipped connectors with a platform inside this process behind them: `send` answers `sent` at once, with
 * an id of a platform's form, or after `answerMs`. What remains is the hub's own cost, without HTTP and without a provider.
 */
export function inProcess(
  count: SendCount,
  answerMs = 0,
): Readonly<Record<string, ConnectorFactory>> {
  const factories = Object.entries(connectorFactories).map(([channel, factory]) => {
    const made: ConnectorFactory = (tools) => {
      const { capabilities, webhook, canonicalAddress, parse } = factory(tools)
      return {
        channel,
        capabilities,
        canonicalAddress,
        webhook,
        parse,
        async send({ echo }) {
          if (answerMs > 0) await sleep(answerMs)
          count.sent++
          count.lastAtMs = performance.now()
          return { kind: 'sent', providerMessageId: `wamid.${echo}` }
        },
      }
    }
    return [channel, made] as const
  })
  return Object.fromEntries(factories)
}

/** For pipeline.yaml: addresses that no simulator is started for, and secrets that are nobody's. */
export const nowhere: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['WHATSAPP', 'MESSENGER', 'INSTAGRAM', 'TELEGRAM'].flatMap((channel) => [
      [`C4A_${channel}_URL`, 'https://platform.invalid'],
      [`C4A_${channel}_TOKEN`, 'nobody-has-this-token'],
    ]),
  ),
  C4A_META_VERIFY_TOKEN: 'nobody-has-this-token',
  C4A_META_APP_SECRET: 'nobody-has-this-secret',
  C4A_INSTAGRAM_APP_SECRET: 'nobody-has-this-secret',
  C4A_TELEGRAM_SECRET: 'nobody-has-this-secret',
}
