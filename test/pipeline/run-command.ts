import { Command } from 'commander'
import { checkCommand } from '../../cli/commands/check.ts'
import { graphCommand } from '../../cli/commands/graph.ts'

/** The two commands alone, as a process of their own, so that endings and streams are the real ones. */
const program = new Command('chat4all')
checkCommand(program)
graphCommand(program)
await program.parseAsync()
