import { type Command, Option } from 'commander'
import { roles } from '../../gateway/auth/roles.ts'
import type { KeyJson, KeyRequest } from '../../gateway/operations/keys.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { type ClientOptions, type ClientTools, clientCommand } from '../client/client-command.ts'
import { createSecret } from '../client/create-secret.ts'
import { clock } from '../client/message-tree.ts'
import { visible } from '../client/screen.ts'
import { table } from '../client/table.ts'
import { exitCodes } from '../exit-codes.ts'

interface CreateOptions extends ClientOptions, KeyRequest {
  readonly save?: string
  readonly dryRun?: boolean
}

interface RevokeOptions extends ClientOptions {
  readonly dryRun?: boolean
}

type CreatedKey = KeyJson & { readonly key: string }

/** Registers `chat4all keys create|ls|revoke`. All need an admin's key. */
export function keysCommand(program: Command): void {
  const keys = program
    .command('keys')
    .summary('create, list and revoke API keys')
    .description('Creates, lists and revokes API keys. Needs the key of an admin.')
    .addHelpText(
      'after',
      `
Examples:
  chat4all keys create --name 'web shop' --role sender --save shop.key
  chat4all keys ls
  chat4all keys revoke 0123456789abcdef --dry-run`,
    )

  const create = keys
    .command('create')
    .description('Creates a key and shows it, this once.')
    .requiredOption('--name <name>', 'for people: who uses it')
    .addOption(
      new Option('--role <role>', 'what it may do').choices(roles).makeOptionMandatory(true),
    )
    .option('--tenant <id>', 'for another tenant; with the bootstrap key only')
    .option('--save <file>', 'write the key to a new file of mode 0600 instead of showing it')
    .option('--dry-run', 'show what would be asked for, and create nothing')
  clientCommand<CreateOptions>(
    create,
    `  chat4all keys create --name 'web shop' --role sender
  chat4all keys create --name 'web shop' --role sender --save shop.key
  chat4all keys create --name 'first of acme' --role admin --tenant acme --json`,
    createKey,
  )

  const list = keys.command('ls').description('Lists all keys, the revoked too, oldest first.')
  clientCommand(
    list,
    `  chat4all keys ls
  chat4all keys ls --json | jq -r '.[] | select(.role == "admin") | .keyId'`,
    listKeys,
  )

  const revoke = keys
    .command('revoke')
    .description('Revokes a key, for good. Every gateway sees it within five seconds.')
    .argument('<key-id>', 'as `keys ls` shows it')
    .option('--dry-run', 'show which key it would be, and revoke nothing')
  clientCommand<RevokeOptions>(
    revoke,
    `  chat4all keys revoke 0123456789abcdef --dry-run
  chat4all keys revoke 0123456789abcdef`,
    revokeKey,
  )
}

function createKey(tools: ClientTools, options: CreateOptions): Promise<number> {
  const { name, role, tenant, save, dryRun } = options
  const body: KeyRequest = { name, role, ...(tenant !== undefined && { tenant }) }
  return createSecret<CreatedKey>(tools, {
    path: '/v1/keys',
    body,
    save,
    dryRun,
    secretField: 'key',
    describe,
    note: 'It is shown this once: keep it now.',
  })
}

async function listKeys({ api, screen, json }: ClientTools) {
  const all = await allKeys(api)
  if (json) screen.json(all)
  else {
    const { dim, red } = screen.out
    const head = ['ID', 'TENANT', 'ROLE', 'CREATED', 'REVOKED', 'NAME'].map((each) => dim(each))
    const rows = all.map(({ keyId, tenant, role, createdAt, revokedAt, name }) => [
      keyId,
      tenant,
      role,
      clock(createdAt),
      revokedAt ? red(clock(revokedAt)) : '',
      visible(name),
    ])
    screen.print(rows.length > 0 ? table([head, ...rows]) : 'No keys but the bootstrap key.')
  }
  return exitCodes.ok
}

async function revokeKey(
  { api, screen, json }: ClientTools,
  { dryRun }: RevokeOptions,
  [keyId = '']: readonly string[],
) {
  if (!dryRun) {
    const path = `/v1/keys/${encodeURIComponent(keyId)}`
    const revoked = await api.call<KeyJson>('DELETE', path)
    if (json) screen.json(revoked)
    else screen.print(`revoked: ${describe(revoked)}`)
    return exitCodes.ok
  }
  const found = (await allKeys(api)).find((key) => key.keyId === keyId)
  if (!found) {
    throw new Chat4AllError('C4A_NOT_FOUND', {
      what: `No key '${keyId}' is known`,
      why: 'your tenant has none of that id',
      todo: 'See `chat4all keys ls`',
    })
  }
  if (json) screen.json({ dryRun: true, ...found })
  else {
    const already = found.revokedAt ? ' (it is revoked already)' : ''
    screen.print(`Nothing is revoked. It would be: ${describe(found)}${already}`)
  }
  return exitCodes.ok
}

const allKeys = async (api: ClientTools['api']): Promise<readonly KeyJson[]> =>
  (await api.call<{ readonly keys: readonly KeyJson[] }>('GET', '/v1/keys')).keys

const describe = ({ keyId, name, role, tenant }: KeyJson): string =>
  `${keyId}, ${role} of tenant ${tenant}, '${visible(name)}'`
