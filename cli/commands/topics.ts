import type { Command } from 'commander'
import { type Profile, profileOption } from './profile-option.ts'
import { usageExit } from './usage-exit.ts'

interface Options {
  readonly profile: Profile
  readonly dryRun: boolean
}

const help = `
Every process of a cluster does the same at its start, so this is for those who may not, and for a look before.
It may be run again at any time, also beside a running hub.

Examples:
  chat4all topics apply --profile cluster --dry-run    shows what would be done to the topics, and does nothing
  chat4all topics apply --profile cluster              topics, schemas and tables, ready for the first process

docs/settings.md says what the environment must hold.
Exit codes: 0 all is as it should be, 1 a topic has other partitions than the pipeline wants, 64 wrong usage,
69 a server is not available, 78 a setting or the pipeline is wrong.`

/** Registers `chat4all topics apply`: what a cluster needs before its first process. */
export function topicsCommand(program: Command): void {
  program
    .command('topics')
    .summary('bring topics, schemas and tables of a cluster into being')
    .description('Brings into being what a cluster of this pipeline needs on its servers.')
    .command('apply')
    .description(
      'Creates the topics that are missing and brings the others up to date, registers the schemas, and migrates the tables.',
    )
    .addOption(profileOption('cluster'))
    .option('--dry-run', 'say what would be done to the topics, and do nothing', false)
    .addHelpText('after', help)
    .exitOverride(usageExit)
    .action(async ({ profile, dryRun }: Options) => {
      const { applyTopics } = await import('./apply-topics.ts')
      process.exitCode = await applyTopics(profile, dryRun)
    })
}
