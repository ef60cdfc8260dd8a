import type { Command } from 'commander'
import { exitCodes } from '../exit-codes.ts'
import { type Profile, profileOption } from './profile-option.ts'
import { usageExit } from './usage-exit.ts'

interface Options {
  readonly profile: Profile
  readonly stage: readonly string[]
}

const help = `
Serves GET /live, /ready and /metrics on C4A_HTTP_PORT. SIGTERM turns /ready false, waits C4A_DRAIN_DELAY_MS,
and lets what runs finish within the stages' drain; a second one ends it at once.

Examples:
  chat4all run --profile cluster --stage validate
  chat4all run --profile cluster --stage validate --stage dedup --stage enrich --stage route
  C4A_HTTP_PORT=9100 chat4all run --profile cluster --stage deliver.whatsapp
  chat4all graph --format text                           which stages there are

A stage may run in any number of processes, up to the partitions of its topics. \`chat4all gateway\` is the
rest of the hub; docs/settings.md says what the environment must hold.
Exit codes: 0 stopped by a signal, 64 no such stage, 69 something needed is not available,
78 a setting or the pipeline is wrong.`

/** Registers `chat4all run`: chosen stages in this process, until a signal ends it. */
export function runCommand(program: Command): void {
  program
    .command('run')
    .summary('run chosen stages of a cluster in this process')
    .description('Runs chosen stages of a cluster in this process; `--stage` may be repeated.')
    .addOption(profileOption('cluster'))
    .requiredOption('--stage <id>', 'a stage of the pipeline', collected, [])
    .addHelpText('after', help)
    .exitOverride(usageExit)
    .action(async ({ profile, stage }: Options, command: Command) => {
      if (stage.length === 0) {
        command.error('error: name a stage: --stage <id>', { exitCode: exitCodes.usage })
      }
      const { runProcess } = await import('./run-process.ts')
      await runProcess({ profile, gateway: false, stages: stage })
    })
}

const collected = (id: string, former: readonly string[]): readonly string[] => [
  ...former,
  ...id.split(','),
]
