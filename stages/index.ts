import { dedup } from './dedup.ts'
import { deliver } from './deliver.ts'
import { directory } from './directory.ts'
import { enrich } from './enrich.ts'
import { fallback } from './fallback.ts'
import { gather } from './gather.ts'
import { normalize } from './normalize.ts'
import { notify } from './notify.ts'
import { post } from './post.ts'
import { route } from './route.ts'
import { statusUpdate } from './status-update.ts'
import { validate } from './validate.ts'

/** What `use` in pipeline.yaml may name. */
export const stageTypes = {
  validate,
  dedup,
  enrich,
  route,
  fallback,
  deliver,
  normalize,
  gather,
  'status-update': statusUpdate,
  directory,
  notify,
  post,
} as const
