import { publicAddresses } from '../../connectors/public-addresses.ts'
import { WebhookRing } from '../../gateway/webhooks/webhook-ring.ts'
import type { PostWebhook } from '../../stages/tools.ts'
import type { Pipeline } from '../../topology/pipeline/model.ts'
import type { Settings } from '../settings.ts'
import type { Base } from './base.ts'
import type { Closers } from './closers.ts'
import { webhookTopics } from './topics.ts'
import { webhookPoster } from './webhook-poster.ts'

/** Clients' webhook endpoints as this process knows them, and the way to them. */
export interface ComposedWebhooks {
  /**
   * Follows the log from the first time that somebody asks for it: in a cluster most processes never do, and each one
   * that follows for nobody costs the brokers some eighty requests a second.
   */
  ring(): WebhookRing
  readonly post: PostWebhook
  /** Why a URL cannot be an endpoint; null for one that can. */
  readonly urlFault: ReturnType<typeof publicAddresses>['urlFault']
}

export function openWebhooks(
  settings: Settings,
  pipeline: Pipeline,
  base: Pick<Base, 'broker' | 'codec' | 'clock' | 'log'>,
  closers: Closers,
): ComposedWebhooks {
  const outside = publicAddresses({
    allowHttp: settings.webhookHttp,
    allowNetworks: settings.webhookNetworks,
  })
  const ring = new WebhookRing(base, { topics: webhookTopics })
  let following = false
  const followed = () => {
    // A pipeline of one's own may have no webhooks.
    if (!following && pipeline.topics[webhookTopics.endpoints]) ring.start()
    following = true
    return ring
  }
  closers.add(() => ring.close())
  const poster = webhookPoster(outside.lookup)
  closers.add(() => poster.close())
  return { ring: followed, post: poster.post, urlFault: outside.urlFault }
}
