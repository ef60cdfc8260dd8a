import type { channelDefinition } from './definitions.ts'
import type { Channel, ChannelAccount, ChannelEndpoint } from './model.ts'
import type { Item, Read } from './read.ts'

type Written = Read<typeof channelDefinition>

/** A channel as written; what it names is checked elsewhere. */
export function planChannel(name: string, written: Written): Channel {
  return {
    name,
    connector: written.connector?.value ?? null,
    baseUrl: written.baseUrl?.value ?? '',
    apiVersion: written.apiVersion?.value ?? '',
    limits: valuesOf(written.limits?.value),
    accounts: Object.fromEntries(
      [...(written.accounts?.value ?? [])].map(([id, { value }]) => [id, accountOf(id, value)]),
    ),
    endpoints: Object.fromEntries(
      [...(written.endpoints?.value ?? [])].map(([id, { value }]) => [id, endpointOf(id, value)]),
    ),
  }
}

type Of<Map> = Map extends ReadonlyMap<string, Item<infer Value>> ? Value : never
type Value<Key extends 'accounts' | 'endpoints'> = Of<
  Exclude<Written[Key], undefined> extends Item<infer Map> ? Map : never
>

const accountOf = (id: string, written: Value<'accounts'>): ChannelAccount => ({
  id,
  tenant: written.tenant?.value ?? 'default',
  externalId: written.externalId?.value ?? '',
  secrets: valuesOf(written.secrets?.value),
  options: valuesOf(written.options?.value),
})

const endpointOf = (id: string, written: Value<'endpoints'>): ChannelEndpoint => ({
  id,
  tenant: written.tenant?.value ?? 'default',
  secrets: (written.secrets?.value ?? []).map(({ value }) => value),
  verifyToken: written.verifyToken?.value ?? null,
  account: written.account?.value ?? null,
})

const valuesOf = <Value>(
  map: ReadonlyMap<string, Item<Value>> | undefined,
): Readonly<Record<string, Value>> =>
  Object.fromEntries([...(map ?? [])].map(([name, { value }]) => [name, value]))
