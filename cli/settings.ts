import { isNetwork } from '../connectors/public-addresses.ts'
import { mediaTypes } from '../gateway/media/media-types.ts'
import { Chat4AllError } from '../topology/contract/errors.ts'
import { readTable, type SettingValues } from './read-table.ts'
import { type Setting, setting } from './setting.ts'

/** Every setting that both profiles know, by the name our code uses. Empty means unset. */
export const settingTable = {
  httpPort: setting.port('C4A_HTTP_PORT', 8080, 'REST, webhooks in, docs, health and metrics.'),
  grpcPort: setting.port('C4A_GRPC_PORT', 50051, 'gRPC, with reflection and health.'),
  simulatorPort: setting.port(
    'C4A_SIMULATOR_PORT',
    8090,
    'The simulated platforms and the phones page.',
  ),
  registryPort: setting.port(
    'C4A_REGISTRY_PORT',
    8081,
    'The embedded schema registry (loopback only).',
  ),
  host: setting.text('C4A_HOST', '127.0.0.1', 'Address that HTTP and gRPC bind to.'),
  dataDir: setting.text(
    'C4A_DATA_DIR',
    './data',
    'Everything that is kept: log, tables, blobs, keys. The cluster keeps nothing here.',
  ),
  pipeline: setting.text('C4A_PIPELINE', 'pipeline.yaml', 'The pipeline to run.'),
  bootstrapKey: {
    ...setting.text(
      'C4A_BOOTSTRAP_KEY',
      '',
      'First admin key: any text of 32 characters or more. When unset, one is generated into `<data>/bootstrap-key` (mode 0600) and shown on a terminal; in the cluster there is none then.',
    ),
    secret: true,
  },
  idSecret: {
    ...setting.text(
      'C4A_ID_SECRET',
      '',
      'Secret behind derived ids; must stay the same for the life of the data, and be the same in every process. When unset, one is generated into `<data>/id-secret` (mode 0600); the cluster wants it set.',
    ),
    secret: true,
  },
  logLevel: setting.choice(
    'C4A_LOG_LEVEL',
    'info',
    ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
    'Least severe lines that are logged.',
  ),
  sendRate: setting.amount(
    'C4A_SEND_RATE',
    0,
    'Messages a second that one API key may send, over all gateways together; beyond it the answer is 429. 0: no limit.',
  ),
  sendBurst: setting.amount(
    'C4A_SEND_BURST',
    0,
    'Messages that a key which was quiet may send at once. 0: as many as in a second.',
  ),
  openDocs: setting.flag(
    'C4A_OPEN_DOCS',
    false,
    'Serve /docs and /openapi.json without a key even where the listener is not on loopback.',
  ),
  phonesOpen: setting.flag(
    'C4A_SIMULATOR_OPEN_WINDOWS',
    false,
    'Give every simulated phone an open 24 h window, not only the demo phones (load runs).',
  ),
  simulatorSeed: setting.text(
    'C4A_SIMULATOR_SEED',
    '1',
    "Seed of the simulator's scripted faults.",
  ),
  webhookHttp: setting.flag(
    'C4A_WEBHOOK_ALLOW_HTTP',
    false,
    "Let clients' webhook endpoints be plain `http:`, for development.",
  ),
  webhookNetworks: {
    name: 'C4A_WEBHOOK_ALLOW_NETWORKS',
    fallback: '',
    doc: "Networks that are not public and that clients' webhooks may be posted to all the same, with commas between: `127.0.0.0/8,10.1.0.0/16`.",
    expected: 'networks in CIDR form, with commas between',
    read: (value: string) => {
      const networks = value.split(',').flatMap((each) => each.trim() || [])
      return networks.every(isNetwork) ? networks : undefined
    },
  } satisfies Setting<readonly string[]>,
  publicUrl: setting.address(
    'C4A_PUBLIC_URL',
    'https?',
    'https://hub.example',
    'How the hub is reached from outside: what links to files begin with. Platforms fetch large files there, so without it those cannot be sent.',
  ),
  uploadBytes: {
    ...setting.count(
      'C4A_UPLOAD_MAX_BYTES',
      2_147_483_648,
      'The largest file that may be uploaded; 5,000,000,000 at most, which is what S3 copies at once.',
    ),
    expected: 'a whole number up to 5000000000',
    read: (text: string) =>
      /^\d{1,10}$/.test(text) && Number(text) <= 5_000_000_000 ? Number(text) : undefined,
  },
  uploadHours: {
    ...setting.count(
      'C4A_UPLOAD_HOURS',
      24,
      'Hours after which an upload that is not whole cannot be gone on with; it is removed some hours later.',
    ),
    expected: 'a whole number above 0',
    read: (text: string) => (/^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined),
  },
  mediaTypes: {
    ...setting.list(
      'C4A_MEDIA_TYPES',
      /^[\w.+-]+\/[\w.+-]*\*?$/,
      'types with commas between: `image/*,application/pdf`',
      'Types of files that are taken; `*` at the end stands for anything. The bytes say what a file is, not its sender.',
    ),
    fallback: mediaTypes.join(','),
  },
  clamd: {
    name: 'C4A_CLAMD',
    fallback: '',
    doc: 'Where a clamd listens (`host:port`) that looks through every file for viruses; while it is away no file is taken. Unset: none does.',
    expected: 'an address such as clamd:3310',
    read: (text: string) => {
      if (text === '') return null
      const [, host, port] = /^\[?([^\s/]+?)\]?:(\d{1,5})$/.exec(text) ?? []
      return host && Number(port) <= 65_535 ? { host, port: Number(port) } : undefined
    },
  } satisfies Setting<{ readonly host: string; readonly port: number } | null>,
  simulatorUrl: setting.address(
    'C4A_SIMULATOR_URL',
    'https?',
    'http://127.0.0.1:8090',
    'Use a simulator that runs elsewhere (`chat4all simulator`) instead of starting one inside. In the cluster this is what asks for the simulator at all.',
  ),
} as const

export type Settings = SettingValues<typeof settingTable>

/** Reads all settings; throws C4A_SETTING_INVALID naming the variable and what it takes, never a secret's value. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const settings = readTable(settingTable, env)
  const { bootstrapKey } = settings
  if (bootstrapKey !== '' && bootstrapKey.length < 32) {
    throw new Chat4AllError('C4A_SETTING_INVALID', {
      what: 'Setting C4A_BOOTSTRAP_KEY',
      why: `it has ${bootstrapKey.length} characters, and a key that short can be guessed`,
      todo: 'Use 32 characters or more, or leave it unset and one is generated',
    })
  }
  return settings
}
