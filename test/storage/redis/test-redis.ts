import { temporaryRedis } from './temporary-redis.ts'

export const noRedis =
  'no redis-server is installed and C4A_TEST_REDIS names none: this suite was left out'

/** Where a Redis answers: that of C4A_TEST_REDIS, or one of the test's own. Undefined where there is none. */
export async function testRedis(): Promise<
  { readonly url: string; remove(): Promise<void> } | undefined
> {
  const given = process.env['C4A_TEST_REDIS']
  return given ? { url: given, remove: async () => {} } : temporaryRedis()
}
