import type { Account } from '../contract.ts'
import type { PageRoute } from '../meta/page-attachment.ts'

/**
 * Instagram is reached in two ways, `options.flavour` says which:
 * - `instagram-login` (default): host graph.instagram.com, an Instagram user token, the path names the account;
 * - `facebook-page`: host graph.facebook.com, a Page token, the path names the linked Page (`options.pageId`), or
 *   `me`, whose Page the token tells. Webhooks name the Instagram account in both.
 */
export function routeOf(account: Account): PageRoute {
  const { flavour = 'instagram-login', pageId = 'me' } = account.options
  return {
    account,
    node: flavour === 'facebook-page' ? pageId : account.externalId,
    uploadFields: { platform: 'instagram' },
  }
}
