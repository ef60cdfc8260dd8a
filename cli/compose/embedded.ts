import { join } from 'node:path'
import type pino from 'pino'
import { contentCodec } from '../../domain/content-codec.ts'
import { stageTypes } from '../../stages/index.ts'
import { memoryFanOut } from '../../storage/adapters/memory/fan-out.ts'
import { memoryRateLimits } from '../../storage/adapters/memory/rate-limits.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Pipeline } from '../../topology/pipeline/model.ts'
import { topicSpecs } from '../../topology/runner/compile.ts'
import type { Settings } from '../settings.ts'
import { allSettled } from './all-settled.ts'
import type { Closers } from './closers.ts'
import { openDataFolder } from './data-folder.ts'
import { openKept } from './kept.ts'
import { rebuildTables } from './rebuild-tables.ts'
import { openSchemas } from './schemas.ts'
import { keptSecret } from './secrets.ts'
import type { Servers } from './servers.ts'
import { openTables } from './tables.ts'
import { TablesTrust } from './tables-trust.ts'
import { trustedDirectory } from './trusted-directory.ts'
import { trustedHistory } from './trusted-history.ts'

/** Everything behind the ports in this process and one folder. The tables come up meanwhile: nothing accepted waits for them. */
export async function openEmbedded(
  settings: Settings,
  pipeline: Pipeline,
  log: pino.Logger,
  closers: Closers,
): Promise<Servers> {
  const { dataDir } = settings
  openDataFolder(dataDir)
  const troubled = (error: unknown) => log.error({ err: error }, 'the log has trouble')
  const expireMs = settings.uploadHours * 3_600_000
  const kept = await openKept(dataDir, settings.idSecret, closers, troubled, expireMs)
  const { broker, ledger, seen } = kept
  const bootstrapKey = settings.bootstrapKey
    ? { value: settings.bootstrapKey, fresh: false }
    : keptSecret(join(dataDir, 'bootstrap-key'))
  const tables = openTables(dataDir, (sentence) => {
    log.warn(sentence)
    trust.doubt()
  })
  let state = 'opening'
  const trust = new TablesTrust(async () => {
    try {
      const { codec } = await schemas
      const content = contentCodec(codec)
      await tables.ready((history) => {
        const tools = {
          history,
          directory: tables.directory,
          people: tables.people,
          ledger,
          content,
        }
        return rebuildTables({ pipeline, tools, broker, codec, log })
      })
      state = 'ok'
    } catch (error) {
      state = 'away'
      log.error({ err: error }, 'the tables cannot be used; messages are accepted, and wait')
      throw tablesAway(error)
    }
  })
  closers.add(() => tables.close())
  const schemas = openSchemas(dataDir, settings.registryPort, closers)
  const [{ codec, registryUrl }] = await allSettled([
    schemas,
    broker.ensureTopics(topicSpecs(pipeline, stageTypes)),
  ])
  trust.trusted().catch(() => {}) // told above, and asked again by whoever needs them
  return {
    broker,
    codec,
    registryUrl,
    ids: kept.ids,
    blobs: kept.blobs,
    uploads: async () => kept.uploads,
    timers: kept.timers,
    history: tables.history,
    directory: tables.directory,
    inbox: tables.inbox,
    people: tables.people,
    rateLimits: memoryRateLimits(() => performance.now()),
    fanOut: memoryFanOut(),
    forStages: {
      seen,
      ledger,
      history: trustedHistory(tables.history, trust),
      directory: trustedDirectory(tables.directory, trust),
      people: tables.people,
    },
    bootstrapKey,
    tablesState: () => state,
  }
}

/** Always worth a wait: whatever is wrong with the tables, what is to be written to them is not at fault. */
const tablesAway = (cause: unknown): Chat4AllError =>
  new Chat4AllError(
    'C4A_STORE_UNREACHABLE',
    {
      what: 'The tables cannot be used',
      why: cause instanceof Error ? cause.message : String(cause),
      todo: 'Mend what the log names; everything waits until then',
    },
    { cause },
  )
