import { kafka } from './kinds/kafka.ts'
import { postgres } from './kinds/postgres.ts'
import { redis } from './kinds/redis.ts'
import { registry } from './kinds/registry.ts'
import { s3 } from './kinds/s3.ts'
import type { RealService } from './real-service.ts'

/** All that can be brought up, in the order in which it is shown. */
export const catalogue: readonly RealService[] = [kafka, registry, postgres, redis, s3]
