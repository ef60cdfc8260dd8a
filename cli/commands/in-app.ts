import { type Command, Option } from 'commander'
import type { PersonTokenJson } from '../../gateway/operations/in-app.ts'
import { type ClientOptions, clientCommand } from '../client/client-command.ts'
import { createSecret } from '../client/create-secret.ts'
import { duration } from '../client/duration.ts'
import { clock } from '../client/message-tree.ts'
import { visible } from '../client/screen.ts'

interface TokenOptions extends ClientOptions {
  readonly account?: string
  readonly for: number
  readonly save?: string
  readonly dryRun?: boolean
}

/** Registers `chat4all in-app token`. */
export function inAppCommand(program: Command): void {
  const inApp = program
    .command('in-app')
    .summary('people without a platform')
    .description('People without a platform, who talk through a program of yours.')
    .addHelpText('after', '\nExamples:\n  chat4all in-app token user-17\n')

  clientCommand<TokenOptions>(
    inApp
      .command('token')
      .description('Creates a token with which one person opens a socket, and shows it, this once.')
      .argument('<address>', 'what you call the person, a user id for instance')
      .option('--account <id>', 'needed where you have several on the channel')
      .addOption(
        new Option('--for <duration>', 'how long it is good: 10s to 24h')
          .argParser(duration)
          .default(3_600_000, '1h'),
      )
      .option('--save <file>', 'write the token to a new file of mode 0600 instead of showing it')
      .option('--dry-run', 'show what would be asked for, and create nothing'),
    `  chat4all in-app token user-17
  chat4all in-app token user-17 --for 10m --json | jq -r .token`,
    (tools, { account, for: goodMs, save, dryRun }, [address = '']) =>
      createSecret<PersonTokenJson>(tools, {
        path: '/v1/in-app/tokens',
        body: {
          address,
          ...(account !== undefined && { account }),
          seconds: Math.floor(goodMs / 1_000),
        },
        save,
        dryRun,
        secretField: 'token',
        describe: (token) =>
          `${visible(token.address)} of ${visible(token.account)}, until ${clock(token.expiresAt)}`,
        note: 'Whoever has it is this person until then.',
      }),
  )
}
