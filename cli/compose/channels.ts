import type {
  Account,
  Connector,
  ConnectorFactory,
  ConnectorTools,
  FetchOutcome,
  MediaContent,
} from '../../connectors/contract.ts'
import type { GatewayChannel } from '../../gateway/tools.ts'
import type { ChannelPace, Channels } from '../../stages/tools.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Channel, Pipeline } from '../../topology/pipeline/model.ts'
import { paceRates } from './pace-rates.ts'
import { sharedDeadlines } from './shared-deadlines.ts'

export interface ChannelOptions {
  readonly pipeline: Pipeline
  readonly factories: Readonly<Record<string, ConnectorFactory>>
  readonly tools: Omit<ConnectorTools, 'limits'>
  /** Where channels whose `baseUrl` is `simulator` go, each under its name. */
  readonly simulatorUrl: string
}

/** The channels of a pipeline, as its stages and as the gateway see them. */
export interface ComposedChannels {
  readonly forStages: Channels
  readonly forGateway: ReadonlyMap<string, GatewayChannel>
  /** Fetches what a person sent, once; undefined where the channel's connector fetches nothing. Never throws. */
  readonly fetchMedium: (
    channel: string,
    account: string,
    medium: MediaContent,
    signal: AbortSignal,
    timeoutMs: number,
  ) => Promise<FetchOutcome | undefined>
}

interface Served {
  readonly channel: Channel
  readonly connector: Connector
  readonly accounts: ReadonlyMap<string, Account & { readonly tenant: string }>
}

/** Makes one connector for each channel that pipeline.yaml names; throws C4A_PIPELINE_INVALID for an unknown one. */
export function composeChannels(options: ChannelOptions): ComposedChannels {
  const served = new Map<string, Served>()
  for (const channel of Object.values(options.pipeline.channels)) {
    served.set(channel.name, serve(channel, options))
  }
  return {
    forStages: stageView(served),
    forGateway: gatewayView(served),
    fetchMedium: fetcher(served),
  }
}

function serve(channel: Channel, { factories, tools, simulatorUrl }: ChannelOptions): Served {
  const factory = factories[channel.name]
  if (!factory) {
    throw new Chat4AllError('C4A_PIPELINE_INVALID', {
      what: `Channel '${channel.name}'`,
      why: 'no connector of that name is installed',
      todo: `Use one of: ${Object.keys(factories).join(', ')}`,
    })
  }
  const isSimulated = channel.baseUrl === 'simulator'
  if (isSimulated && channel.connector !== null) {
    throw new Chat4AllError('C4A_PIPELINE_INVALID', {
      what: `Channel '${channel.name}'`,
      why: 'its connector comes from a package, and the simulator does not play its platform',
      todo: 'Give baseUrl the address of the platform, or of something that plays it',
    })
  }
  const baseUrl = isSimulated ? `${simulatorUrl}/${channel.name}` : channel.baseUrl
  const accounts = Object.values(channel.accounts).map((account) => ({
    id: account.id,
    tenant: account.tenant,
    externalId: account.externalId,
    secrets: account.secrets,
    baseUrl,
    apiVersion: channel.apiVersion,
    options: account.options,
  }))
  return {
    channel,
    connector: factory({ ...tools, limits: channel.limits }),
    accounts: new Map(accounts.map((account) => [account.id, account])),
  }
}

function stageView(served: ReadonlyMap<string, Served>): Channels {
  const bounded = sharedDeadlines()
  const external = new Map<string, { readonly id: string; readonly tenant: string }>()
  for (const [name, { accounts }] of served) {
    for (const { id, tenant, externalId } of accounts.values()) {
      external.set(`${name}/${externalId}`, { id, tenant })
    }
  }
  return {
    capabilities: (channel) => served.get(channel)?.connector.capabilities,
    pace: (channel) => paceOf(served.get(channel)),
    hasAccount: (channel, tenant, account) =>
      served.get(channel)?.accounts.get(account)?.tenant === tenant,
    accountOf: (channel, externalId) => external.get(`${channel}/${externalId}`),
    parse: (channel, item, context, receivedAtMs) =>
      served.get(channel)?.connector.parse(item, context, receivedAtMs) ?? [
        { kind: 'unsupported', account: null, why: `no connector for '${channel}' here` },
      ],
    async send(channel, accountId, outbound, signal, timeoutMs) {
      const found = served.get(channel)
      const account = found?.accounts.get(accountId)
      if (!found || !account) {
        const detail = `no account '${accountId}' on '${channel}'`
        // A slip of the configuration: what is on its way waits for it to be put right, and nothing is lost.
        return { kind: 'retry', reason: 'channel-auth', detail }
      }
      // The ledger counts on the attempt to be over by then.
      return bounded(signal, timeoutMs, (either) => found.connector.send(outbound, account, either))
    },
  }
}

function fetcher(served: ReadonlyMap<string, Served>): ComposedChannels['fetchMedium'] {
  const bounded = sharedDeadlines()
  return async (channel, accountId, medium, signal, timeoutMs) => {
    const { connector, accounts } = served.get(channel) ?? {}
    const account = accounts?.get(accountId)
    if (!connector?.fetchMedium || !account) return undefined
    const { fetchMedium } = connector
    return bounded(signal, timeoutMs, (either) => fetchMedium(medium, account, either))
  }
}

const paceOf = (served: Served | undefined): ChannelPace => ({
  rates: paceRates(served?.channel.limits ?? {}),
  isGroup: (address) => served?.connector.isGroupAddress?.(address) ?? false,
})

function gatewayView(served: ReadonlyMap<string, Served>): ReadonlyMap<string, GatewayChannel> {
  const view = new Map<string, GatewayChannel>()
  for (const [name, { channel, connector, accounts }] of served) {
    view.set(name, {
      capabilities: connector.capabilities,
      webhook: connector.webhook,
      canonicalAddress: (address) => connector.canonicalAddress(address),
      accounts: [...accounts.values()].map(({ id, tenant, externalId }) => ({
        id,
        tenant,
        externalId,
      })),
      endpoints: Object.values(channel.endpoints),
    })
  }
  return view
}
