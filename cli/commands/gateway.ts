import type { Command } from 'commander'
import { type Profile, profileOption } from './profile-option.ts'

const help = `
Takes messages and webhooks in and answers what became of them; the stages run elsewhere (\`chat4all run\`).
Any number of them may run behind one load balancer. SIGTERM turns /ready false, waits C4A_DRAIN_DELAY_MS, and
lets open requests end; a second one ends it at once.

Examples:
  chat4all gateway --profile cluster
  C4A_HOST=0.0.0.0 C4A_HTTP_PORT=8080 chat4all gateway --profile cluster

docs/settings.md says what the environment must hold.
Exit codes: 0 stopped by a signal, 69 something needed is not available, 78 a setting or the pipeline is wrong.`

/** Registers `chat4all gateway`: REST, gRPC, webhooks and live streams of a cluster, until a signal ends it. */
export function gatewayCommand(program: Command): void {
  program
    .command('gateway')
    .summary('run a gateway of a cluster in this process')
    .description(
      'Runs a gateway of a cluster in this process: REST, gRPC, webhooks and live streams.',
    )
    .addOption(profileOption('cluster'))
    .addHelpText('after', help)
    .action(async ({ profile }: { readonly profile: Profile }) => {
      const { runProcess } = await import('./run-process.ts')
      await runProcess({ profile, gateway: true, stages: [] })
    })
}
