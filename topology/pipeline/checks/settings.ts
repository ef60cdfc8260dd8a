import type { LoadOptions } from '../load-options.ts'
import type { Check } from '../plan.ts'
import type { Item } from '../read.ts'

/** The engine does not know what settings mean: whoever loads the file says what is to be warned of. */
export const checkSettings =
  ({ settingWarning }: LoadOptions): Check =>
  (plan, log) => {
    if (!settingWarning) return
    const channels = Object.fromEntries(plan.channels)
    for (const { stage, settingItems } of plan.stages.values()) {
      for (const [option, { value }] of Object.entries(settingItems)) {
        if (!Array.isArray(value)) continue
        for (const item of value as readonly Item<unknown>[]) {
          const warning = settingWarning(stage, option, String(item.value), channels)
          if (warning) log.add('C4A1512', { at: item, ...warning })
        }
      }
    }
  }
