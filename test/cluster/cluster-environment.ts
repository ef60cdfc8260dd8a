/** Why a suite was left out. */
export const noCluster =
  'C4A_TEST_KAFKA and the others name no servers: this suite was left out (docs/services.md)'

/** The cluster's settings for the servers that the tests may use; undefined where one of them is missing. */
export function clusterEnvironment(
  given: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> | undefined {
  const kafka = given['C4A_TEST_KAFKA']
  const registry = given['C4A_TEST_REGISTRY']
  const postgres = given['C4A_TEST_POSTGRES_ALL']
  const redis = given['C4A_TEST_REDIS']
  const s3 = given['C4A_TEST_S3']
  if (!kafka || !registry || !postgres || !redis || !s3) return undefined
  const { origin, username, password, pathname } = new URL(s3)
  return {
    C4A_KAFKA_BROKERS: kafka,
    C4A_REGISTRY_URL: registry,
    C4A_POSTGRES_URLS: postgres,
    C4A_REDIS_URL: redis,
    C4A_S3_URL: origin,
    C4A_S3_BUCKET: pathname.slice(1),
    C4A_S3_ACCESS_KEY_ID: decodeURIComponent(username),
    C4A_S3_SECRET_ACCESS_KEY: decodeURIComponent(password),
    // The test overlay: three brokers share this machine, and 120 of each topic would be much for them.
    C4A_PARTITIONS: '12',
    // The same in every run on the same servers, as it must be for the life of the data.
    C4A_ID_SECRET: 'a secret of the cluster tests, long enough',
  }
}
