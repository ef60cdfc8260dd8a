import { pino } from 'pino'
import { stageTypes } from '../../stages/index.ts'
import { primarySql } from '../../storage/adapters/postgres/primary-sql.ts'
import { kafkaBroker } from '../../topology/adapters/kafka/kafka-broker.ts'
import { topicSpecs } from '../../topology/runner/compile.ts'
import { type TopicChange, topicChanges } from '../../topology/runner/topic-changes.ts'
import { badValue } from '../client/bad-value.ts'
import { type ClusterSettings, readClusterSettings } from '../cluster-settings.ts'
import { clusterCodec } from '../compose/cluster-codec.ts'
import { kafkaOptions } from '../compose/kafka-options.ts'
import { serversAwaited } from '../compose/servers-awaited.ts'
import { exitCodes } from '../exit-codes.ts'
import { readSettings } from '../settings.ts'
import { withFiles } from '../with-files.ts'
import { loadPipelineFile } from './load-pipeline-file.ts'
import type { Profile } from './profile-option.ts'
import { sayingErrors } from './saying-errors.ts'

/** What `chat4all topics apply` does; answers how to end. */
export function applyTopics(profile: Profile, dryRun: boolean): Promise<number> {
  return sayingErrors(async () => {
    if (profile === 'embedded') {
      throw badValue(
        '--profile embedded',
        'an embedded hub has nothing that could be prepared',
        'Say --profile cluster',
      )
    }
    const environment = withFiles(process.env)
    const settings = readSettings(environment)
    const cluster = readClusterSettings(environment)
    // Where messages go matters not: no process that sends is started here.
    const options = { environment, profile, allowSimulator: true }
    const pipeline = loadPipelineFile(settings.pipeline, options)
    if (!pipeline) return exitCodes.unreadable
    const log = pino({ level: settings.logLevel }, pino.destination({ fd: 2, sync: true }))
    const broker = await serversAwaited(() => kafkaBroker(kafkaOptions(cluster, log)), cluster, log)
    try {
      const wanted = topicSpecs(pipeline, stageTypes)
      const changes = topicChanges(await broker.topics(), wanted)
      for (const change of changes) process.stdout.write(`${sentence(change, dryRun)}\n`)
      const refused = changes.some(({ kind }) => kind === 'mismatch')
      process.stdout.write(`topics: ${wanted.length} wanted, ${counted(changes)}\n`)
      if (refused) return exitCodes.faults
      if (dryRun) return exitCodes.ok
      await broker.ensureTopics(wanted)
    } finally {
      await broker.close()
    }
    await serversAwaited(() => clusterCodec(cluster), cluster, log)
    process.stdout.write('schemas: registered\n')
    await migrated(cluster)
    process.stdout.write('tables: up to date\n')
    return exitCodes.ok
  })
}

/** The first question migrates, under a lock. */
async function migrated({ postgresUrls }: ClusterSettings): Promise<void> {
  const sql = primarySql({ servers: postgresUrls, max: 1 })
  try {
    await sql.query('select 1 as one')
  } finally {
    await sql.close()
  }
}

function sentence(change: TopicChange, dryRun: boolean): string {
  const { name, partitions, cleanup, retentionMs } = change.spec
  const kept = cleanup === 'compact' ? 'compacted' : `kept for ${retentionMs / 3_600_000} h`
  switch (change.kind) {
    case 'create':
      return `${dryRun ? 'would create' : 'create'} ${name}: ${partitions} partitions, ${kept}`
    case 'change':
      return `${dryRun ? 'would change' : 'change'} ${name}: ${kept}`
    case 'mismatch':
      return `cannot change ${name}: it has ${change.present.partitions} partitions and the pipeline wants ${partitions}; growing it would reorder its keys`
  }
}

const counted = (changes: readonly TopicChange[]): string =>
  changes.length === 0 ? 'nothing to do' : `${changes.length} not as they should be`
