import { Chat4AllError } from '../topology/contract/errors.ts'
import { readTable, type SettingValues } from './read-table.ts'
import { setting } from './setting.ts'
import { settingTable } from './settings.ts'

const secret = { secret: true } as const
const required = { required: true } as const

/** What the cluster profile needs to know beside `settingTable`: its servers. */
export const clusterSettingTable = {
  kafkaBrokers: {
    ...setting.list(
      'C4A_KAFKA_BROKERS',
      /^[^\s:/]+:\d{1,5}$/,
      'a list such as kafka-1:9092,kafka-2:9092',
      'Some of the Kafka brokers; the others are learnt from these.',
    ),
    ...required,
  },
  kafkaReplication: setting.count(
    'C4A_KAFKA_REPLICATION',
    3,
    'Copies of each partition of a topic that is created.',
  ),
  kafkaMinInSync: setting.count(
    'C4A_KAFKA_MIN_IN_SYNC',
    2,
    'Copies that an append must have reached; of topics that are created.',
  ),
  kafkaCompression: setting.choice(
    'C4A_KAFKA_COMPRESSION',
    'none',
    ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
    'How record batches are compressed.',
  ),
  kafkaSasl: setting.choice(
    'C4A_KAFKA_SASL_MECHANISM',
    '',
    ['', 'plain', 'scram-sha-256', 'scram-sha-512'],
    'How we say to Kafka who we are. Without TLS only where nobody listens.',
  ),
  kafkaUsername: setting.text('C4A_KAFKA_USERNAME', '', 'For SASL.'),
  kafkaPassword: { ...setting.text('C4A_KAFKA_PASSWORD', '', 'For SASL.'), ...secret },
  kafkaTls: setting.flag('C4A_KAFKA_TLS', false, 'Speak TLS to Kafka.'),
  kafkaCa: setting.text(
    'C4A_KAFKA_CA',
    '',
    "Certificate (PEM) of who signs the brokers' certificates; what Node trusts when unset.",
  ),
  kafkaCert: setting.text(
    'C4A_KAFKA_CERT',
    '',
    'Our certificate (PEM), where brokers ask for one.',
  ),
  kafkaKey: { ...setting.text('C4A_KAFKA_KEY', '', 'Key (PEM) of that certificate.'), ...secret },
  registryUrl: {
    ...setting.address(
      'C4A_REGISTRY_URL',
      'https?',
      'http://registry:8081',
      "Schema registry with Confluent's API; for Apicurio with /apis/ccompat/v7.",
    ),
    ...required,
  },
  registryUsername: setting.text('C4A_REGISTRY_USERNAME', '', 'Where the registry asks for one.'),
  registryPassword: { ...setting.text('C4A_REGISTRY_PASSWORD', '', 'Its password.'), ...secret },
  postgresUrls: {
    ...setting.list(
      'C4A_POSTGRES_URLS',
      /^postgres(?:ql)?:\/\/[^\s/]+\/\S+$/,
      'a list such as postgres://user:password@pg-1:5432/chat4all,postgres://...',
      'All PostgreSQL servers, primary and standbys in any order; the primary is found.',
    ),
    ...required,
    ...secret,
  },
  postgresConnections: setting.count(
    'C4A_POSTGRES_CONNECTIONS',
    10,
    'Connections of one process to PostgreSQL at most.',
  ),
  readStandbys: setting.flag(
    'C4A_POSTGRES_READ_STANDBYS',
    false,
    'Read messages from a standby that is close behind: spares the primary, and an answer without a position may be two seconds old.',
  ),
  historyPartDays: {
    ...setting.count(
      'C4A_HISTORY_PART_DAYS',
      7,
      'Days that one part of the history tables covers; each look-up by an id asks every part.',
    ),
    expected: 'a whole number above 0',
    read: (text: string) => (/^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined),
  },
  historyKeepDays: setting.count(
    'C4A_HISTORY_KEEP_DAYS',
    0,
    'Days for which history is kept; parts that are older are dropped. 0: for ever.',
  ),
  redisUrl: {
    ...setting.address(
      'C4A_REDIS_URL',
      'rediss?',
      'redis://user:password@redis:6379/0',
      'Redis 7 or newer; rediss:// for TLS.',
    ),
    ...required,
    ...secret,
  },
  s3Bucket: {
    ...setting.text('C4A_S3_BUCKET', '', 'Bucket for blobs; it must exist.'),
    ...required,
  },
  s3Url: setting.address(
    'C4A_S3_URL',
    'https?',
    'https://s3.example',
    'S3 server, its buckets named in the path; AWS itself when unset.',
  ),
  s3Region: setting.text('C4A_S3_REGION', 'us-east-1', 'Its region.'),
  s3Prefix: setting.text('C4A_S3_PREFIX', '', "Stands before every object's key."),
  s3AccessKeyId: setting.text(
    'C4A_S3_ACCESS_KEY_ID',
    '',
    'Who we are there; when unset the AWS SDK looks for it in its own places.',
  ),
  s3SecretAccessKey: {
    ...setting.text('C4A_S3_SECRET_ACCESS_KEY', '', "The key's secret."),
    ...secret,
  },
  idSecret: { ...settingTable.idSecret, ...required },
  startWaitMs: setting.count(
    'C4A_START_WAIT_MS',
    30_000,
    'How long a process that starts waits for a log or a registry that does not answer, before it ends with 69.',
  ),
  drainDelayMs: setting.count(
    'C4A_DRAIN_DELAY_MS',
    5_000,
    'How long a process that is to stop still works after /ready has turned false, so that load balancers see it.',
  ),
} as const

export type ClusterSettings = SettingValues<typeof clusterSettingTable>

/** Throws C4A_SETTING_INVALID, naming all that are missing, or what does not go together. */
export function readClusterSettings(
  env: Readonly<Record<string, string | undefined>>,
): ClusterSettings {
  const settings = readTable(clusterSettingTable, env)
  const { kafkaSasl, kafkaUsername, kafkaPassword, idSecret } = settings
  if (kafkaSasl !== '' && (kafkaUsername === '' || kafkaPassword === '')) {
    throw new Chat4AllError('C4A_SETTING_INVALID', {
      what: 'Setting C4A_KAFKA_SASL_MECHANISM',
      why: 'it needs a name and a password',
      todo: 'Set C4A_KAFKA_USERNAME and C4A_KAFKA_PASSWORD, or leave all three unset',
    })
  }
  if (idSecret.length < 32) {
    throw new Chat4AllError('C4A_SETTING_INVALID', {
      what: 'Setting C4A_ID_SECRET',
      why: `it has ${idSecret.length} characters, and ids that rest on it could be guessed`,
      todo: 'Use 32 random characters or more, the same in every process',
    })
  }
  return settings
}
