import type { Command } from 'commander'
import type { WebhookJson } from '../../gateway/operations/webhooks/webhook-json.ts'
import { type ClientOptions, type ClientTools, clientCommand } from '../client/client-command.ts'
import { createSecret } from '../client/create-secret.ts'
import { clock } from '../client/message-tree.ts'
import { visible } from '../client/screen.ts'
import { table } from '../client/table.ts'
import { exitCodes } from '../exit-codes.ts'
import { webhookDeliveryCommands } from './webhook-deliveries.ts'

interface CreateOptions extends ClientOptions {
  readonly endpoint: string
  readonly description?: string
  readonly type?: readonly string[]
  readonly channel?: readonly string[]
  readonly conversation?: readonly string[]
  readonly save?: string
  readonly dryRun?: boolean
}

type SecretWebhook = WebhookJson & { readonly secret: string }

/** Registers `chat4all webhooks ls|create|test|attempts|redeliver`. */
export function webhooksCommand(program: Command): void {
  const webhooks = program
    .command('webhooks')
    .summary('have events posted to you, and see what became of it')
    .description(
      "Creates and lists webhook endpoints, shows their delivery logs and sends again. Looking needs an operator's key, the rest an admin's.",
    )
    .addHelpText(
      'after',
      `
Examples:
  chat4all webhooks create --endpoint https://client.example/events --save webhook.secret
  chat4all webhooks test wh_0123
  chat4all webhooks attempts wh_0123`,
    )

  const list = webhooks.command('ls').description('Lists all endpoints, oldest first.')
  clientCommand(
    list,
    `  chat4all webhooks ls
  chat4all webhooks ls --json | jq -r '.[] | select(.enabled | not) | .webhookId'`,
    listWebhooks,
  )

  const create = webhooks
    .command('create')
    .description('Creates an endpoint and shows its secret, this once.')
    // `--url` says where the hub is, here as everywhere.
    .requiredOption('--endpoint <url>', 'where events are posted to: https, and public')
    .option('--description <text>', 'for people')
    .option('--type <types...>', 'only events of these types, such as delivery.*')
    .option('--channel <channels...>', 'only events of these channels')
    .option('--conversation <ids...>', 'only events of these conversations')
    .option('--save <file>', 'write the secret to a new file of mode 0600 instead of showing it')
    .option('--dry-run', 'show what would be asked for, and create nothing')
  clientCommand<CreateOptions>(
    create,
    `  chat4all webhooks create --endpoint https://client.example/events
  chat4all webhooks create --endpoint https://client.example/in --type message.received --save in.secret`,
    createWebhook,
  )
  webhookDeliveryCommands(webhooks)
}

async function listWebhooks({ api, screen, json }: ClientTools) {
  const { webhooks } = await api.call<{ readonly webhooks: readonly WebhookJson[] }>(
    'GET',
    '/v1/webhooks',
  )
  if (json) {
    screen.json(webhooks)
    return exitCodes.ok
  }
  const { dim, green, red, yellow } = screen.out
  const head = ['ID', 'STATE', 'SINCE', 'FOR', 'ENDPOINT'].map((each) => dim(each))
  const rows = webhooks.map((webhook) => {
    const { webhookId, enabled, disabledAt, disabledReason, failingSince, createdAt, url } = webhook
    const failing = failingSince ? yellow('failing') : green('ok')
    return [
      webhookId,
      enabled ? failing : red(`disabled: ${visible(disabledReason ?? '')}`),
      clock(disabledAt ?? failingSince ?? createdAt),
      visible([...webhook.types, ...webhook.channels].join(', ') || 'everything'),
      visible(url),
    ]
  })
  screen.print(rows.length > 0 ? table([head, ...rows]) : 'No endpoints.')
  return exitCodes.ok
}

function createWebhook(tools: ClientTools, options: CreateOptions): Promise<number> {
  const { endpoint, description, type, channel, conversation, save, dryRun } = options
  const body = {
    url: endpoint,
    ...(description !== undefined && { description }),
    ...(type && { types: type }),
    ...(channel && { channels: channel }),
    ...(conversation && { conversations: conversation }),
  }
  return createSecret<SecretWebhook>(tools, {
    path: '/v1/webhooks',
    body,
    save,
    dryRun,
    secretField: 'secret',
    describe: ({ webhookId, url }) => `${webhookId}, to ${visible(url)}`,
    note: 'The secret is shown this once: keep it now.',
  })
}
