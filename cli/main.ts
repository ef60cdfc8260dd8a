import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { cancelCommand } from './commands/cancel.ts'
import { checkCommand } from './commands/check.ts'
import { conversationsCommand } from './commands/conversations.ts'
import { dlqCommand } from './commands/dlq.ts'
import { gatewayCommand } from './commands/gateway.ts'
import { graphCommand } from './commands/graph.ts'
import { inAppCommand } from './commands/in-app.ts'
import { keysCommand } from './commands/keys.ts'
import { peopleCommand } from './commands/people.ts'
import { previewCommand } from './commands/preview.ts'
import { runCommand } from './commands/run.ts'
import { sendCommand } from './commands/send.ts'
import { simulatorCommand } from './commands/simulator.ts'
import { startCommand } from './commands/start.ts'
import { statusCommand } from './commands/status.ts'
import { tailCommand } from './commands/tail.ts'
import { topicsCommand } from './commands/topics.ts'
import { uploadCommand } from './commands/upload.ts'
import { usageExit } from './commands/usage-exit.ts'
import { webhooksCommand } from './commands/webhooks.ts'
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

const commands = [
  startCommand,
  gatewayCommand,
  runCommand,
  sendCommand,
  uploadCommand,
  previewCommand,
  statusCommand,
  cancelCommand,
  tailCommand,
  conversationsCommand,
  peopleCommand,
  inAppCommand,
  keysCommand,
  webhooksCommand,
  dlqCommand,
  checkCommand,
  graphCommand,
  simulatorCommand,
  topicsCommand,
]
for (const register of commands) register(program)
await program.parseAsync()
