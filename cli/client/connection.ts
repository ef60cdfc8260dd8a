import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { settingTable } from '../settings.ts'

export interface ConnectionOptions {
  readonly url?: string
  readonly keyFile?: string
}

/** Where the hub is, and the key to it. The key is looked for when it is first needed. */
export interface Connection {
  /** No slash at its end. */
  readonly url: string
  /** Throws C4A_UNAUTHENTICATED when there is none, C4A_NOT_FOUND for a key file that is missing. */
  key(): string
}

type Environment = Readonly<Record<string, string | undefined>>

/** For `--help`. */
export const connectionHelp = `
Where the hub is: --url, else C4A_URL, else http://127.0.0.1 with C4A_HTTP_PORT (${settingTable.httpPort.fallback}).
The key: --key-file, else C4A_KEY, else (for a hub on this machine) C4A_BOOTSTRAP_KEY or the
file bootstrap-key in C4A_DATA_DIR (${settingTable.dataDir.fallback}). No key is taken as an argument: everyone could read it in \`ps\`.`

/** Throws C4A_BAD_REQUEST for an address that is none. */
export function connectionOf(options: ConnectionOptions, env: Environment): Connection {
  const port = env[settingTable.httpPort.name] || settingTable.httpPort.fallback
  const given = options.url || env['C4A_URL'] || `http://127.0.0.1:${port}`
  const url = addressOf(given)
  return {
    url: url.href.replace(/\/+$/, ''),
    key() {
      if (options.keyFile) return keyIn(options.keyFile)
      const found = env['C4A_KEY'] || (isHere(url) ? localKey(env) : undefined)
      if (found) return found
      throw new Chat4AllError('C4A_UNAUTHENTICATED', {
        what: 'There is no key',
        why: 'neither --key-file nor C4A_KEY is given, and no bootstrap-key of a hub on this machine is found',
        todo: 'Set C4A_KEY, or give --key-file FILE; `chat4all keys create` makes keys',
      })
    },
  }
}

function addressOf(text: string): URL {
  const url = URL.parse(text)
  if (url && ['http:', 'https:'].includes(url.protocol) && !url.username && !url.password)
    return url
  throw new Chat4AllError('C4A_BAD_REQUEST', {
    // Not shown: an address with a password in it is one of those refused.
    what: 'The address of the hub',
    why: 'it is no http or https address without a user name',
    todo: 'Give one like http://127.0.0.1:8080 to --url or C4A_URL',
  })
}

/** The key of the hub on this machine opens everything there: it goes to no other. */
const isHere = ({ hostname }: URL) =>
  hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')

function localKey(env: Environment): string | undefined {
  const folder = env[settingTable.dataDir.name] || settingTable.dataDir.fallback
  try {
    return env['C4A_BOOTSTRAP_KEY'] || readFileSync(join(folder, 'bootstrap-key'), 'utf8').trim()
  } catch {
    return undefined // no hub has run here, or its key is not ours to read
  }
}

function keyIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new Chat4AllError(
      'C4A_NOT_FOUND',
      {
        what: `The key file '${file}' cannot be read`,
        why: cause instanceof Error ? cause.message : String(cause),
        todo: 'Give a file that holds a key and nothing else',
      },
      { cause },
    )
  }
}
