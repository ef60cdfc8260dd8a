import type { LoadOptions } from '../load-options.ts'
import type { Check } from '../plan.ts'

/** Every channel has a connector that can be loaded. The engine knows none: whoever loads the file says how to find one. */
export const checkConnectors =
  ({ connectorFault }: LoadOptions): Check =>
  (plan, log) => {
    if (!connectorFault) return
    for (const [name, written] of plan.written.channels?.value ?? []) {
      const { connector } = written.value
      if (connector && !connector.known) continue
      const message = connectorFault(name, connector?.value ?? null)
      if (message === undefined) continue
      log.add('C4A1109', {
        at: connector ?? written.key,
        message,
        fix: 'Install the package beside this file and name it in `connector`, or take the channel out.',
      })
    }
  }
