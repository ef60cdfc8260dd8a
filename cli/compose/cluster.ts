import type pino from 'pino'
import { keyedIds } from '../../domain/ids.ts'
import { stageTypes } from '../../stages/index.ts'
import { postgresDirectory } from '../../storage/adapters/postgres/directory.ts'
import { postgresHistory } from '../../storage/adapters/postgres/history.ts'
import { postgresLedger } from '../../storage/adapters/postgres/ledger.ts'
import { primarySql } from '../../storage/adapters/postgres/primary-sql.ts'
import { standbyHistory } from '../../storage/adapters/postgres/standby-history.ts'
import { standbys } from '../../storage/adapters/postgres/standbys.ts'
import { degradingSeen } from '../../storage/adapters/redis/degrading-seen.ts'
import { openRedis } from '../../storage/adapters/redis/open-redis.ts'
import { redisRateLimits } from '../../storage/adapters/redis/rate-limits.ts'
import { redisSeen } from '../../storage/adapters/redis/seen.ts'
import { s3Blobs } from '../../storage/adapters/s3/blobs.ts'
import { openS3 } from '../../storage/adapters/s3/open-s3.ts'
import { kafkaBroker } from '../../topology/adapters/kafka/kafka-broker.ts'
import { postgresTimers } from '../../topology/adapters/postgres/timers.ts'
import type { Pipeline } from '../../topology/pipeline/model.ts'
import { topicSpecs } from '../../topology/runner/compile.ts'
import type { ClusterSettings } from '../cluster-settings.ts'
import type { Settings } from '../settings.ts'
import { allSettled } from './all-settled.ts'
import type { Closers } from './closers.ts'
import { clusterCodec } from './cluster-codec.ts'
import { kafkaOptions } from './kafka-options.ts'
import { ledgerKeepMs } from './ledger-keep-ms.ts'
import type { Servers } from './servers.ts'

/**
 * The servers of the cluster behind the ports. Log and registry must answer at the start; PostgreSQL, Redis and S3
 * are connected to at their first use, by those who use them, and are waited for by them.
 */
export async function openCluster(
  cluster: ClusterSettings,
  settings: Settings,
  pipeline: Pipeline,
  log: pino.Logger,
  closers: Closers,
): Promise<Servers> {
  const broker = await kafkaBroker(kafkaOptions(cluster, log))
  closers.add(() => broker.close())
  const [codec] = await allSettled([
    clusterCodec(cluster),
    // Done before by `chat4all topics apply` where this user may not: then there is nothing left to do.
    broker.ensureTopics(topicSpecs(pipeline, stageTypes)),
  ])

  const sql = primarySql({ servers: cluster.postgresUrls, max: cluster.postgresConnections })
  closers.add(() => sql.close())
  // Other processes change the tables too, so nothing of the directory is remembered here.
  const directory = postgresDirectory(sql)
  const history = postgresHistory(sql)
  const copies = standbys({ servers: cluster.postgresUrls, primary: sql })
  closers.add(() => copies.close())

  const redis = openRedis({ url: cluster.redisUrl })
  closers.add(() => redis.disconnect())
  const redisReport = (consequence: string) => (degraded: boolean, why?: unknown) => {
    if (degraded) log.error({ err: why }, `Redis is away; ${consequence}`)
    else log.info('Redis is back')
  }
  const seen = degradingSeen(redisSeen(redis, cluster.idSecret), {
    now: () => performance.now(),
    report: redisReport('what is sent twice, the ledger stops'),
  })
  const rateLimits = redisRateLimits(redis, {
    processes: cluster.gateways,
    report: redisReport('each gateway keeps to its share of every limit'),
  })
  closers.add(() => rateLimits.close())

  const s3 = openS3(bucketOf(cluster))
  closers.add(() => s3.destroy())
  return {
    broker,
    codec,
    registryUrl: cluster.registryUrl,
    ids: keyedIds(Buffer.from(cluster.idSecret)),
    blobs: s3Blobs(s3, { bucket: cluster.s3Bucket, prefix: cluster.s3Prefix }),
    timers: postgresTimers(sql),
    rateLimits,
    history: standbyHistory(history, copies),
    directory,
    forStages: { seen, ledger: postgresLedger(sql, ledgerKeepMs), history, directory },
    bootstrapKey: settings.bootstrapKey ? { value: settings.bootstrapKey, fresh: false } : null,
    tablesState: () => 'ok',
  }
}

function bucketOf({ s3Url, s3Region, s3AccessKeyId, s3SecretAccessKey }: ClusterSettings) {
  return {
    region: s3Region,
    ...(s3Url !== '' && { endpoint: s3Url, forcePathStyle: true }),
    ...(s3AccessKeyId !== '' && {
      credentials: { accessKeyId: s3AccessKeyId, secretAccessKey: s3SecretAccessKey },
    }),
  }
}
