import type { Command } from 'commander'
import { settingTable } from '../settings.ts'
import { type Profile, profileOption } from './profile-option.ts'

const help = `
Settings come from the environment:
${Object.values(settingTable)
  .map(({ name, fallback }) => `  ${name.padEnd(28)}${fallback}`)
  .join('\n')}
docs/settings.md says what each does, and what the cluster profile needs beside.

Examples:
  chat4all start                                     everything, with simulated phones
  C4A_HTTP_PORT=9000 C4A_DATA_DIR=/tmp/c4a chat4all start
  C4A_PIPELINE=pipeline.fused.yaml chat4all start    stages fused into one hop
  chat4all start --profile cluster                   one process, on Kafka, PostgreSQL, Redis and S3

Exit codes: 0 stopped by a signal, 69 something needed is not available, 78 a setting or the pipeline is wrong.`

/** Registers `chat4all start`: the whole hub in this process, until a signal ends it. */
export function startCommand(program: Command): void {
  program
    .command('start')
    .summary('run the whole hub in this process')
    .description(
      'Runs gateway, all stages, log, registry, tables and simulated platforms in this process. With `--profile cluster` the log, the registry and all that is stored are on servers.',
    )
    .addOption(profileOption('embedded'))
    .addHelpText('after', help)
    // Loaded when it is asked for: the other commands need none of the hub.
    .action(async ({ profile }: { readonly profile: Profile }) => {
      const { runProcess } = await import('./run-process.ts')
      await runProcess({ profile, gateway: true, stages: 'all' })
    })
}
