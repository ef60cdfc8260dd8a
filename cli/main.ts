import { Command } from 'commander'
import { checkCommand } from './commands/check.ts'
import { graphCommand } from './commands/graph.ts'
import { startCommand } from './commands/start.ts'

const program = new Command('chat4all')
  .description('A messaging hub as a declared stream pipeline.')
  .showHelpAfterError('(chat4all COMMAND --help shows what it takes)')

for (const register of [startCommand, checkCommand, graphCommand]) register(program)
await program.parseAsync()
