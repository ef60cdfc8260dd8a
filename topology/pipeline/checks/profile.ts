import type { LoadOptions } from '../load-options.ts'
import type { Check } from '../plan.ts'

/** In a cluster no channel leads to the simulator, unless it is asked for in so many words. */
export function checkProfile({ profile, allowSimulator }: LoadOptions): Check {
  return (plan, log) => {
    if (profile !== 'cluster' || allowSimulator) return
    for (const [name, { value: channel }] of plan.written.channels?.value ?? []) {
      const { baseUrl } = channel
      if (baseUrl?.value !== 'simulator') continue
      log.add('C4A1603', {
        at: baseUrl,
        message: `The channel '${name}' leads to the simulator`,
        fix: 'Give it the address of the platform; or set the variable that stands there and check with --require-env; or, where that is meant, say --allow-simulator, or set C4A_SIMULATOR_URL for what runs.',
      })
    }
  }
}
