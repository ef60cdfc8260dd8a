import type { LoadOptions } from '../load-options.ts'
import type { Check } from '../plan.ts'
import { checkConnectors } from './connectors.ts'
import { checkFlow } from './flow.ts'
import { checkInline } from './inline.ts'
import { checkKeys } from './keys.ts'
import { checkLimits } from './limits.ts'
import { checkLoops } from './loops.ts'
import { checkNames } from './names.ts'
import { checkProfile } from './profile.ts'
import { checkRetention } from './retention.ts'
import { checkRetry } from './retry.ts'
import { checkSecrets } from './secrets.ts'
import { checkSettings } from './settings.ts'
import { checkTypes } from './types.ts'

/** Every rule over the whole pipeline. They do not depend on each other's order. */
export const checks = (options: LoadOptions): readonly Check[] => [
  checkNames,
  checkFlow,
  checkLoops,
  checkTypes,
  checkKeys,
  checkInline,
  checkRetention,
  checkRetry,
  checkLimits,
  checkSecrets,
  checkProfile(options),
  checkConnectors(options),
  checkSettings(options),
]
