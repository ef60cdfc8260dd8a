import type { LoadOptions } from '../load-options.ts'
import type { Check } from '../plan.ts'

/** Every rule over the whole pipeline, in the order in which their faults are best read. */
export function checks(_options: LoadOptions): readonly Check[] {
  return []
}
