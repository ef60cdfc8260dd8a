import { demoAccounts, demoPhones } from './demo.ts'
import type { SimulatorOptions } from './settings.ts'
import { type Simulator, startSimulator } from './start-simulator.ts'

export interface RunOptions extends Omit<SimulatorOptions, 'accounts'> {
  /** Where a hub takes webhooks: http://127.0.0.1:8080/webhooks. Null: none are sent. */
  readonly hubWebhooks: string | null
}

/**
 * The simulator as a program of its own, with the accounts of the shipped pipeline.yaml; it keeps its
 * record when the hub dies. Resolves when `signal` aborts and everything is closed.
 */
export async function runSimulator(
  { hubWebhooks, ...options }: RunOptions,
  signal: AbortSignal,
  say: (line: string) => void = console.log,
): Promise<void> {
  const simulator = await startSimulator({ ...options, accounts: demoAccounts(hubWebhooks) })
  for (const line of greeting(simulator)) say(line)
  if (!signal.aborted) {
    await new Promise<void>((stopped) =>
      signal.addEventListener('abort', () => stopped(), { once: true }),
    )
  }
  await simulator.close()
}

function greeting(simulator: Simulator): readonly string[] {
  return [
    `the phones: http://127.0.0.1:${simulator.port}/`,
    ...demoPhones.map(
      ({ channel, address, name }) => `  ${channel.padEnd(10)} ${address.padEnd(17)} ${name}`,
    ),
  ]
}
