import type {
  Account,
  Connector,
  ConnectorFactory,
  ConnectorTools,
  FetchOutcome,
  MediaContent,
} from '../../connectors/contract.ts'
import type { GatewayChannel } from '../../gateway/tools.ts'
import type { ChannelPace, Channels, OwnAccount } from '../../stages/tools.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Channel, Pipeline } from '../../topology/pipeline/model.ts'
import { paceRates } from './pace-rates.ts'
import { sharedDeadlines } from './shared-deadlines.ts'

export interface ChannelOptions {
  readonly pipeline: Pipeline
  readonly factories: Readonly<Record<string, ConnectorFactory>>
  readonly tools: Omit<ConnectorTools, 'limits' | keyof TenantTools>
  /** What is a tenant's own: no connector sees more than one tenant's files. */
  readonly toolsOf: (tenant: string) => TenantTools
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

type TenantTools = Pick<ConnectorTools, 'blob' | 'link'>

interface Served {
  readonly channel: Channel
  /** For what is no account's: it is handed nobody's files. */
  readonly connector: Connector
  readonly accounts: ReadonlyMap<string, ServedAccount>
}

interface ServedAccount extends Account {
  readonly tenant: string
  /** The one of its tenant. */
  readonly connector: Connector
}

/**
 * Makes connectors for each channel that pipeline.yaml names, one for each tenant with accounts on it; throws
 * C4A_PIPELINE_INVALID for an unknown channel.
 */
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

function serve(
  channel: Channel,
  { factories, tools, toolsOf, simulatorUrl }: ChannelOptions,
): Served {
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
  const made = new Map<string, Connector>()
  const connectorOf = (tenant: string) => {
    const known = made.get(tenant)
    const connector = known ?? factory({ ...tools, ...toolsOf(tenant), limits: channel.limits })
    made.set(tenant, connector)
    return connector
  }
  const accounts = Object.values(channel.accounts).map((account) => ({
    id: account.id,
    tenant: account.tenant,
    connector: connectorOf(account.tenant),
    externalId: account.externalId,
    secrets: account.secrets,
    baseUrl,
    apiVersion: channel.apiVersion,
    options: account.options,
  }))
  return {
    channel,
    connector: factory({ ...tools, ...nobodys, limits: channel.limits }),
    accounts: new Map(accounts.map((account) => [account.id, account])),
  }
}

const nobodys: TenantTools = { blob: async () => undefined }

function stageView(served: ReadonlyMap<string, Served>): Channels {
  const bounded = sharedDeadlines()
  const external = new Map<string, ReadonlyMap<string, OwnAccount>>()
  for (const [name, { accounts }] of served) {
    const own = [...accounts.values()]
    external.set(
      name,
      new Map(own.map(({ id, tenant, externalId }) => [externalId, { id, tenant }])),
    )
  }
  return {
    capabilities: (channel) => served.get(channel)?.connector.capabilities,
    pace: (channel) => paceOf(served.get(channel)),
    hasAccount: (channel, tenant, account) =>
      served.get(channel)?.accounts.get(account)?.tenant === tenant,
    accountOf: (channel, externalId) => external.get(channel)?.get(externalId),
    parse: (channel, item, context, receivedAtMs) =>
      served.get(channel)?.connector.parse(item, context, receivedAtMs) ?? [
        { kind: 'unsupported', account: null, why: `no connector for '${channel}' here` },
      ],
    send(channel, accountId, outbound, signal, timeoutMs) {
      const account = served.get(channel)?.accounts.get(accountId)
      if (!account) {
        const detail = `no account '${accountId}' on '${channel}'`
        // A slip of the configuration: what is on its way waits for it to be put right, and nothing is lost.
        return Promise.resolve({ kind: 'retry', reason: 'channel-auth', detail })
      }
      // The ledger counts on the attempt to be over by then.
      const { connector } = account
      return bounded(signal, timeoutMs, (either) => connector.send(outbound, account, either))
    },
  }
}

function fetcher(served: ReadonlyMap<string, Served>): ComposedChannels['fetchMedium'] {
  const bounded = sharedDeadlines()
  return async (channel, accountId, medium, signal, timeoutMs) => {
    const account = served.get(channel)?.accounts.get(accountId)
    if (!account?.connector.fetchMedium) return undefined
    const { fetchMedium } = account.connector
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
