import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { down } from './down.ts'
import { environment } from './environment.ts'
import type { RealService } from './real-service.ts'
import type { Site } from './site.ts'
import { type UpOptions, up } from './up.ts'

/**
 * Runs a command beside these services and answers its exit code. Those that were not up before are gone
 * afterwards, however it ends.
 */
export async function withServices(
  site: Site,
  services: readonly RealService[],
  command: readonly [string, ...string[]],
  options: UpOptions,
): Promise<number> {
  const brought = await up(site, services, options)
  try {
    return await ended(command, environment(site), options.signal)
  } finally {
    if (brought.length > 0) await down(site, brought, options.say)
  }
}

function ended(
  [program, ...args]: readonly [string, ...string[]],
  added: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...added } })
    // A Ctrl-C reaches it from the terminal as well; other signals reach only us.
    signal.addEventListener('abort', () => child.kill('SIGTERM'))
    child.on('error', reject)
    child.on('exit', (code, by) => resolve(code ?? 128 + constants.signals[by ?? 'SIGTERM']))
  })
}
