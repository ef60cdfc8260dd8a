import type pino from 'pino'
import { keyedIds } from '../../domain/ids.ts'
import { stageTypes } from '../../stages/index.ts'
import { postgresDirectory } from '../../storage/adapters/postgres/directory.ts'
import { postgresHistory } from '../../storage/adapters/postgres/history.ts'
import { postgresInbox } from '../../storage/adapters/postgres/inbox.ts'
import { postgresLedger } from '../../storage/adapters/postgres/ledger.ts'
import { postgresPeople } from '../../storage/adapters/postgres/people.ts'
import { primarySql } from '../../storage/adapters/postgres/primary-sql.ts'
import { degradingSeen } from '../../storage/adapters/redis/degrading-seen.ts'
import { redisFanOut } from '../../storage/adapters/redis/fan-out.ts'
import { openRedis } from '../../storage/adapters/redis/open-redis.ts'
import { redisRateLimits } from '../../storage/adapters/redis/rate-limits.ts'
import { redisSeen } from '../../storage/adapters/redis/seen.ts'
import { kafkaBroker } from '../../topology/adapters/kafka/kafka-broker.ts'
import { postgresTimers } from '../../topology/adapters/postgres/timers.ts'
import type { Pipeline } from '../../topology/pipeline/model.ts'
import { topicSpecs } from '../../topology/runner/compile.ts'
import type { ClusterSettings } from '../cluster-settings.ts'
import type { Settings } from '../settings.ts'
import { allSettled } from './all-settled.ts'
import type { Closers } from './closers.ts'
import { clusterCodec } from './cluster-codec.ts'
import { clusterMedia } from './cluster-media.ts'
import { kafkaOptions } from './kafka-options.ts'
import { ledgerKeepMs } from './ledger-keep-ms.ts'
import { partedHistory } from './parted-history.ts'
import { readHistory } from './read-history.ts'
import type { Servers } from './servers.ts'
import { watchedSql } from './watched-sql.ts'

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

  const { sql, state: tablesState } = watchedSql(
    primarySql({ servers: cluster.postgresUrls, max: cluster.postgresConnections }),
  )
  closers.add(() => sql.close())
  // Other processes change the tables too, so nothing of the directory is remembered here.
  const directory = postgresDirectory(sql)
  const history = postgresHistory(sql)
  const people = postgresPeople(sql)

  const redis = openRedis({ url: cluster.redisUrl })
  closers.add(() => redis.disconnect())
  const seen = degradingSeen(redisSeen(redis, cluster.idSecret), {
    now: () => performance.now(),
    report(degraded, why) {
      if (degraded) log.error({ err: why }, 'Redis is away; what is sent twice, the ledger stops')
      else log.info('Redis is back')
    },
  })

  const rateLimits = redisRateLimits(redis, {
    processes: gatewaysGuessed,
    report(degraded, why) {
      if (degraded) log.error({ err: why }, 'Redis is away; limits are kept by shares')
      else log.info('limits are shared again')
    },
  })
  closers.add(() => rateLimits.close())
  const fanOut = redisFanOut(redis, {
    report: (why) => log.warn({ err: why }, 'who is there and who types is not told now'),
  })
  closers.add(async () => fanOut.close())
  const parts = {
    partMs: cluster.historyPartDays * dayMs,
    keepMs: cluster.historyKeepDays === 0 ? null : cluster.historyKeepDays * dayMs,
    report: (error: unknown) =>
      log.warn({ err: error }, 'the parts of the history are not kept up'),
  }
  const reading = { servers: cluster.postgresUrls, primary: sql, max: cluster.postgresConnections }
  return {
    broker,
    codec,
    registryUrl: cluster.registryUrl,
    ids: keyedIds(Buffer.from(cluster.idSecret)),
    ...clusterMedia(cluster, settings, redis, closers),
    timers: postgresTimers(sql),
    history: cluster.readStandbys ? readHistory(history, reading, closers) : history,
    directory,
    inbox: postgresInbox(sql),
    people,
    rateLimits,
    fanOut,
    forStages: {
      seen,
      ledger: postgresLedger(sql, ledgerKeepMs),
      history: partedHistory(history, sql, parts, closers),
      directory,
      people,
    },
    bootstrapKey: settings.bootstrapKey ? { value: settings.bootstrapKey, fresh: false } : null,
    tablesState,
  }
}

const dayMs = 86_400_000

/** How many processes share a limit, until Redis has told. */
const gatewaysGuessed = 4
