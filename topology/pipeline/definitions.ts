import { define } from './field.ts'

const duration = (fallback: string, doc: string) =>
  ({ is: 'duration', doc, default: fallback }) as const

export const topicDefinition = define({
  name: 'topic',
  doc: 'A named log. It carries records of one Avro type.',
  fields: {
    value: {
      is: 'text',
      names: 'record type',
      required: true,
      doc: 'Name of the Avro type of its values: a schema in schemas/avro.',
      examples: ['Message', 'Receipt'],
    },
    key: {
      is: 'text',
      names: 'key',
      required: true,
      doc: 'What its keys stand for. Order holds per key; topics that are read together must agree on it.',
      examples: ['conversation', 'participant'],
    },
    partitions: {
      is: 'integer',
      min: 1,
      max: 10_000,
      default: 12,
      doc: 'How many partitions it has. A keyed topic cannot grow later without losing order.',
    },
    retention: duration(
      '7d',
      'How long records are kept. At least as long as the longest hold and park of those who read it.',
    ),
    cleanup: {
      is: 'text',
      oneOf: ['delete', 'compact'],
      default: 'delete',
      doc: '`delete` drops records after `retention`; `compact` keeps the latest record of each key.',
    },
    compat: {
      is: 'text',
      oneOf: [
        'BACKWARD',
        'BACKWARD_TRANSITIVE',
        'FORWARD',
        'FORWARD_TRANSITIVE',
        'FULL',
        'FULL_TRANSITIVE',
        'NONE',
      ],
      default: 'FULL_TRANSITIVE',
      doc: 'What a new version of the schema must promise, as schema registries name it.',
    },
    source: {
      is: 'text',
      doc: 'Who outside the stages writes it.',
      examples: ['gateway'],
    },
    sink: {
      is: 'text',
      doc: 'Who outside the stages reads it.',
      examples: ['read by the live streams'],
    },
  },
})

const windowDefinition = define({
  name: 'window',
  doc: 'How much a stage takes up before it waits for attempts to end: back-pressure, not memory.',
  fields: {
    records: { is: 'integer', min: 1, default: 5000, doc: 'Records taken up at once.' },
    bytes: { is: 'size', default: '32MiB', doc: 'Bytes taken up at once.' },
    perGroup: {
      is: 'integer',
      min: 1,
      default: 1000,
      doc: 'Records of one group (an account) held at once, so that one dead account cannot stop the others.',
    },
  },
})

const retryDefinition = define({
  name: 'retry',
  doc: 'What happens when the outside fails and may succeed later. The lane of the key waits; others go on.',
  fields: {
    backoff: {
      is: 'range',
      default: '500ms..1m',
      doc: 'First and longest wait between attempts, with full jitter. A hint of the outside (Retry-After) wins.',
    },
    holdFor: {
      is: 'duration',
      doc: 'How long a lane is held in memory before `then`. For a keyed effect 2m; lookups and batch effects wait for as long as it takes unless it is written.',
      examples: ['2m'],
    },
    // biome-ignore lint/suspicious/noThenProperty: the file's own word; nothing awaits a table
    then: {
      is: 'text',
      oneOf: ['park', 'dead-letter'],
      doc: 'Where the lane goes after `holdFor`. For a keyed effect `park`, for others `dead-letter`.',
      examples: ['park'],
    },
  },
})

const parkDefinition = define({
  name: 'park',
  doc: 'A lane that was held too long waits in a topic of its own, `<stage>.park`, still in order.',
  fields: {
    backoff: {
      is: 'range',
      default: '5s..5m',
      doc: 'First and longest wait between attempts on a parked key.',
    },
    maxAge: duration('24h', 'How long a record may wait since it was first held.'),
    // biome-ignore lint/suspicious/noThenProperty: the file's own word; nothing awaits a table
    then: { is: 'text', oneOf: ['dead-letter'], default: 'dead-letter', doc: 'What comes after.' },
  },
})

const scaleDefinition = define({
  name: 'scale',
  doc: 'How many replicas the stage may have where each stage is its own process.',
  fields: {
    min: { is: 'integer', min: 0, default: 1, doc: 'Fewest replicas.' },
    max: {
      is: 'integer',
      min: 1,
      default: 12,
      doc: 'Most replicas; more than the partitions of its topics stand idle.',
    },
    lagSeconds: {
      is: 'integer',
      min: 1,
      doc: 'Another replica is added when the oldest waiting record is older than this.',
      examples: ['10'],
    },
  },
})

const stagePolicies = {
  ordering: {
    is: 'text',
    oneOf: ['key', 'partition', 'none'],
    default: 'key',
    doc: 'What keeps its order: the records of a key, of a partition, or nothing.',
  },
  concurrency: {
    is: 'integer',
    min: 1,
    max: 100_000,
    default: 64,
    doc: 'Attempts that run at once in one process.',
  },
  window: { is: 'object', of: windowDefinition, doc: windowDefinition.doc },
  retry: { is: 'object', of: retryDefinition, doc: retryDefinition.doc },
  park: { is: 'object', of: parkDefinition, doc: parkDefinition.doc },
  linger: {
    is: 'range',
    doc: 'Least time between two batches that are not full: the first after a batch of few records, growing to the second after a full one, so that under load a batch carries more records and each costs less. Lanes do not linger.',
    default: '5ms..5ms',
  },
  drain: duration('20s', 'How long a stop may take before running attempts are aborted.'),
  scale: { is: 'object', of: scaleDefinition, doc: scaleDefinition.doc },
} as const

export const stageDefinition = define({
  name: 'stage',
  doc: 'A step of the pipeline. Its id gives its consumer group, park and dead letters their names.',
  fields: {
    use: {
      is: 'text',
      names: 'stage type',
      required: true,
      doc: 'The stage type that runs here.',
      examples: ['validate'],
    },
    with: { is: 'settings', doc: 'Settings of the stage type.' },
    in: { is: 'inputs', required: true, doc: 'Which topics its input ports read.' },
    out: { is: 'outputs', doc: 'Where its output ports write.' },
    ...stagePolicies,
    renamedFrom: {
      is: 'text',
      doc: 'The former id of the stage: the offsets of its group are taken over.',
    },
  },
})

const accountDefinition = define({
  name: 'account',
  doc: 'An account on the channel that the hub sends from: a phone number, a page, a bot.',
  fields: {
    tenant: { is: 'text', default: 'default', doc: 'Whose account it is.' },
    externalId: { is: 'text', required: true, doc: 'The account as the platform names it.' },
    secrets: {
      is: 'map',
      of: { is: 'text', secret: true, doc: 'An environment reference.' },
      doc: 'Tokens by name; environment references only.',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how the file spells it
      examples: ['{ token: "${C4A_WHATSAPP_TOKEN}" }'],
    },
    options: {
      is: 'map',
      of: { is: 'text', doc: 'A text.' },
      doc: 'What the connector of this channel wants to know besides.',
      examples: ['{ flavour: instagram-login }'],
    },
  },
})

const endpointDefinition = define({
  name: 'endpoint',
  doc: 'A webhook address of the hub that the platform posts to: /webhooks/<channel>/<endpoint>.',
  fields: {
    tenant: { is: 'text', default: 'default', doc: 'Whose endpoint it is.' },
    secrets: {
      is: 'list',
      of: { is: 'text', secret: true, doc: 'An environment reference.' },
      doc: 'Secrets that a request may be signed with, several while one is replaced; environment references only.',
    },
    verifyToken: {
      is: 'text',
      secret: true,
      doc: 'The token of the handshake, where the platform makes one; an environment reference.',
    },
    account: {
      is: 'text',
      doc: 'The account that the endpoint serves, where its requests name none (Telegram).',
    },
  },
})

export const channelDefinition = define({
  name: 'channel',
  doc: 'A messenger platform, with the accounts the hub has there.',
  fields: {
    connector: {
      is: 'text',
      doc: "The package whose connector serves the channel, or a path that begins with a dot; both are looked for from the place of this file. Needed where the hub has no connector of the channel's name.",
      examples: ['@acme/chat4all-sms', './connectors/sms.js'],
    },
    like: {
      is: 'text',
      doc: 'Another channel, whose topics and stages are there once more for this one: `deliveries.telegram` gives `deliveries.sms`, `deliver.telegram` gives `deliver.sms`, and whatever reads or writes the one has the other beside it. What the file has of that name already stays as it is.',
      examples: ['telegram'],
    },
    baseUrl: {
      is: 'text',
      required: true,
      doc: 'Address of the platform; `simulator` stands for the built-in one.',
      examples: ['https://graph.facebook.com'],
    },
    apiVersion: { is: 'text', default: '', doc: 'Version in its paths, where it has one.' },
    limits: {
      is: 'map',
      of: { is: 'integer', min: 0, doc: 'A figure.' },
      doc: "Figures that replace the connector's own, by name.",
    },
    accounts: {
      is: 'map',
      of: { is: 'object', of: accountDefinition, doc: accountDefinition.doc },
      doc: 'Accounts by the name that the hub gives them.',
    },
    endpoints: {
      is: 'map',
      of: { is: 'object', of: endpointDefinition, doc: endpointDefinition.doc },
      doc: 'Webhook endpoints by the name in their address.',
    },
  },
})

const {
  value: _value,
  key: _key,
  source: _source,
  sink: _sink,
  ...topicDefaults
} = topicDefinition.fields

export const defaultsDefinition = define({
  name: 'defaults',
  doc: 'What topics and stages have unless they say otherwise.',
  fields: {
    topic: {
      is: 'object',
      of: { name: 'defaults of topics', doc: 'For every topic.', fields: topicDefaults },
      doc: 'For every topic.',
    },
    stage: {
      is: 'object',
      of: { name: 'defaults of stages', doc: 'For every stage.', fields: stagePolicies },
      doc: 'For every stage.',
    },
  },
})

const profilesDefinition = define({
  name: 'profiles',
  doc: 'Defaults that hold on one profile only, where they win over `defaults`; what a topic or stage says itself wins over both.',
  fields: {
    embedded: {
      is: 'object',
      of: defaultsDefinition,
      doc: 'For the one process with everything inside.',
    },
    cluster: {
      is: 'object',
      of: defaultsDefinition,
      doc: 'For Kafka, PostgreSQL, Redis and S3. E.g. `{ topic: { partitions: 120 } }`',
    },
  },
})

export const pipelineDefinition = define({
  name: 'pipeline',
  doc: 'The whole of pipeline.yaml.',
  fields: {
    version: {
      is: 'integer',
      min: 1,
      max: 1,
      required: true,
      doc: 'Version of the file format: 1.',
      examples: ['1'],
    },
    name: {
      is: 'text',
      required: true,
      doc: 'Name of the pipeline; the first part of the names of its consumer groups.',
      examples: ['chat4all'],
    },
    defaults: { is: 'object', of: defaultsDefinition, doc: defaultsDefinition.doc },
    profiles: { is: 'object', of: profilesDefinition, doc: profilesDefinition.doc },
    topics: {
      is: 'map',
      ids: true,
      required: true,
      of: { is: 'object', of: topicDefinition, doc: topicDefinition.doc },
      doc: 'Topics by name.',
    },
    stages: {
      is: 'map',
      ids: true,
      required: true,
      of: { is: 'object', of: stageDefinition, doc: stageDefinition.doc },
      doc: 'Stages by id.',
    },
    channels: {
      is: 'map',
      ids: true,
      of: { is: 'object', of: channelDefinition, doc: channelDefinition.doc },
      doc: 'Channels by name, with their accounts and endpoints.',
    },
  },
})
