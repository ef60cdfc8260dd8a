import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { usageExit } from './commands/usage-exit.ts'
import { exitCodes } from './exit-codes.ts'

// `chat4all tail | head` closes the pipe when it has enough: no reason for a stack.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.internal)
})

const { version } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'),
) as { readonly version: string }

const program = new Command('chat4all')
  .description('A messaging hub as a declared stream pipeline.')
  .version(version, '-V, --version', 'print the version')
  .showHelpAfterError('(chat4all COMMAND --help shows what it takes)')
  .exitOverride(usageExit)
  .addHelpText(
    'after',
    `
Examples:
  chat4all start                                                  the whole hub, with simulated phones
  chat4all send --to whatsapp:5511999990001 --text Hello --wait read
  chat4all tail                                                   what happens, as it happens`,
  )

/** By name, in the order of the help. */
const commands: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  start: async () => (await import('./commands/start.ts')).startCommand,
  gateway: async () => (await import('./commands/gateway.ts')).gatewayCommand,
  run: async () => (await import('./commands/run.ts')).runCommand,
  send: async () => (await import('./commands/send.ts')).sendCommand,
  upload: async () => (await import('./commands/upload.ts')).uploadCommand,
  preview: async () => (await import('./commands/preview.ts')).previewCommand,
  status: async () => (await import('./commands/status.ts')).statusCommand,
  cancel: async () => (await import('./commands/cancel.ts')).cancelCommand,
  tail: async () => (await import('./commands/tail.ts')).tailCommand,
  conversations: async () => (await import('./commands/conversations.ts')).conversationsCommand,
  people: async () => (await import('./commands/people.ts')).peopleCommand,
  'in-app': async () => (await import('./commands/in-app.ts')).inAppCommand,
  keys: async () => (await import('./commands/keys.ts')).keysCommand,
  webhooks: async () => (await import('./commands/webhooks.ts')).webhooksCommand,
  dlq: async () => (await import('./commands/dlq.ts')).dlqCommand,
  check: async () => (await import('./commands/check.ts')).checkCommand,
  graph: async () => (await import('./commands/graph.ts')).graphCommand,
  simulator: async () => (await import('./commands/simulator.ts')).simulatorCommand,
  topics: async () => (await import('./commands/topics.ts')).topicsCommand,
}

// The one that is asked for; all of them where none is, to tell of them or to find what was meant.
const asked = Object.entries(commands).find(([name]) => name === process.argv[2])
for (const load of asked ? [asked[1]] : Object.values(commands)) (await load())(program)
await program.parseAsync()
