import { isNetwork } from '../connectors/public-addresses.ts'
import { Chat4AllError } from '../topology/contract/errors.ts'

/** One setting of the environment: the table in docs/settings.md is made from these. */
interface Setting<Value> {
  readonly name: string
  readonly fallback: string
  readonly doc: string
  readonly read: (text: string) => Value | undefined
  readonly expected: string
  /** Its value is never shown. */
  readonly secret?: boolean
}

const port = (name: string, fallback: number, doc: string): Setting<number> => ({
  name,
  fallback: String(fallback),
  doc,
  expected: 'a port number from 0 to 65535 (0 picks a free one)',
  read: (text) => {
    const value = Number(text)
    return /^\d+$/.test(text) && value <= 65_535 ? value : undefined
  },
})

const text = (name: string, fallback: string, doc: string, secret = false): Setting<string> => ({
  name,
  fallback,
  doc,
  expected: 'a text',
  read: (value) => value,
  secret,
})

const flag = (name: string, fallback: boolean, doc: string): Setting<boolean> => ({
  name,
  fallback: String(fallback),
  doc,
  expected: '`true` or `false`',
  read: (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
})

/** Every setting, by the name our code uses. Empty means unset. */
export const settingTable = {
  httpPort: port('C4A_HTTP_PORT', 8080, 'REST, webhooks in, docs, health and metrics.'),
  grpcPort: port('C4A_GRPC_PORT', 50051, 'gRPC, with reflection and health.'),
  simulatorPort: port('C4A_SIMULATOR_PORT', 8090, 'The simulated platforms and the phones page.'),
  registryPort: port('C4A_REGISTRY_PORT', 8081, 'The embedded schema registry (loopback only).'),
  host: text('C4A_HOST', '127.0.0.1', 'Address that HTTP and gRPC bind to.'),
  dataDir: text('C4A_DATA_DIR', './data', 'Everything that is kept: log, tables, blobs, keys.'),
  pipeline: text('C4A_PIPELINE', 'pipeline.yaml', 'The pipeline to run.'),
  bootstrapKey: text(
    'C4A_BOOTSTRAP_KEY',
    '',
    'First admin key: any text of 32 characters or more. When unset, one is generated into `<data>/bootstrap-key` (mode 0600) and shown on a terminal.',
    true,
  ),
  idSecret: text(
    'C4A_ID_SECRET',
    '',
    'Secret behind derived ids; must stay the same for the life of the data, and be the same in every process. When unset, one is generated into `<data>/id-secret` (mode 0600).',
    true,
  ),
  logLevel: {
    name: 'C4A_LOG_LEVEL',
    fallback: 'info',
    doc: 'Least severe lines that are logged.',
    expected: 'one of trace, debug, info, warn, error, silent',
    read: (value: string) =>
      ['trace', 'debug', 'info', 'warn', 'error', 'silent'].includes(value) ? value : undefined,
  } satisfies Setting<string>,
  openDocs: flag(
    'C4A_OPEN_DOCS',
    false,
    'Serve /docs and /openapi.json without a key even where the listener is not on loopback.',
  ),
  phonesOpen: flag(
    'C4A_SIMULATOR_OPEN_WINDOWS',
    false,
    'Give every simulated phone an open 24 h window, not only the demo phones (load runs).',
  ),
  simulatorSeed: text('C4A_SIMULATOR_SEED', '1', "Seed of the simulator's scripted faults."),
  webhookHttp: flag(
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
  simulatorUrl: {
    name: 'C4A_SIMULATOR_URL',
    fallback: '',
    doc: 'Use a simulator that runs elsewhere (`chat4all simulator`) instead of starting one inside.',
    expected: 'an address such as http://127.0.0.1:8090',
    // Paths are put behind it, so it keeps no slash at its end.
    read: (value: string) =>
      value === '' || /^https?:\/\/[^\s/]+/.test(value) ? value.replace(/\/+$/, '') : undefined,
  } satisfies Setting<string>,
} as const

export type Settings = {
  readonly [Name in keyof typeof settingTable]: (typeof settingTable)[Name] extends Setting<
    infer Value
  >
    ? Value
    : never
}

/** Reads all settings; throws C4A_SETTING_INVALID naming the variable and what it takes, never a secret's value. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const entries = Object.entries(settingTable).map(([key, setting]) => {
    const given = env[setting.name]
    const value = setting.read(given === undefined || given === '' ? setting.fallback : given)
    if (value !== undefined) return [key, value]
    throw new Chat4AllError('C4A_SETTING_INVALID', {
      what: `Setting ${setting.name}`,
      why: `${'secret' in setting && setting.secret ? 'its value' : `'${given}'`} is not ${setting.expected}`,
      todo: `Set it to ${setting.expected}, or leave it unset for '${setting.fallback}'`,
    })
  })
  const settings = Object.fromEntries(entries) as Settings
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
