import type { GatewayWebhooks } from '../../gateway/tools.ts'
import { partitionOf } from '../../topology/adapters/partitioner.ts'

/** Nobody has an endpoint, as in most of what is measured. */
export const noWebhooks: GatewayWebhooks = {
  directory: {
    loaded: Promise.resolve(),
    isLoaded: true,
    active: () => [],
    list: () => [],
    get: () => undefined,
    reached: async () => {},
  },
  urlFault: () => 'nothing is called here',
  partitionOf,
  topics: {
    endpoints: 'directory.webhooks',
    calls: 'webhooks.calls',
    attempts: 'webhooks.attempts',
  },
}
