import { isChannel, type SimulatorAccount } from '../../connectors/simulator/settings.ts'
import type { Channel, Pipeline } from '../../topology/pipeline/model.ts'

/** Channels of the file that say `baseUrl: simulator`. */
export const simulatedChannels = (pipeline: Pipeline): readonly Channel[] =>
  Object.values(pipeline.channels).filter(({ baseUrl }) => baseUrl === 'simulator')

/** The accounts of these channels as their platforms would know them, with webhooks to the gateway. */
export function simulatorAccounts(
  channels: readonly Channel[],
  gatewayUrl: string,
): readonly SimulatorAccount[] {
  return channels.flatMap(({ name, accounts, endpoints }) => {
    if (!isChannel(name)) return []
    return Object.values(accounts).map((account): SimulatorAccount => {
      const all = Object.values(endpoints)
      const endpoint = all.find((each) => each.account === account.id) ?? all[0]
      const { pageId } = account.options
      return {
        channel: name,
        accountId: account.externalId,
        token: account.secrets['token'] ?? '',
        ...(endpoint?.secrets[0] ? { secret: endpoint.secrets[0] } : {}),
        ...(endpoint?.verifyToken ? { verifyToken: endpoint.verifyToken } : {}),
        ...(endpoint ? { webhookUrl: `${gatewayUrl}/webhooks/${name}/${endpoint.id}` } : {}),
        ...(pageId ? { pageId } : {}),
      }
    })
  })
}
