import { kafka } from './kafka.ts'
import { postgres } from './postgres.ts'
import { redis } from './redis.ts'
import { registry } from './registry.ts'
import { s3 } from './s3.ts'
import type { Service } from './service.ts'

/** All that can be brought up, in the order in which it is shown. */
export const catalogue: readonly Service[] = [kafka, registry, postgres, redis, s3]
