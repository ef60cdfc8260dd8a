import pc from 'picocolors'
import { pino } from 'pino'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { badValue } from '../client/bad-value.ts'
import { exitOf } from '../client/exit-of.ts'
import { readClusterSettings } from '../cluster-settings.ts'
import { type HubPlan, startHub } from '../compose/hub.ts'
import { exitCodes } from '../exit-codes.ts'
import { readSettings } from '../settings.ts'
import { withFiles } from '../with-files.ts'
import { chosenStages } from './chosen-stages.ts'
import { greet } from './greet.ts'
import { loadPipelineFile } from './load-pipeline-file.ts'
import type { Profile } from './profile-option.ts'
import { stopOnSignal } from './stop-on-signal.ts'

/** What a command makes of this process. */
export interface Role {
  readonly profile: Profile
  readonly gateway: boolean
  /** Ids as they were given, or all of them. */
  readonly stages: HubPlan['stages']
}

/** Runs the hub, or a part of it, until a signal ends it; what keeps it from starting is said in a sentence. */
export async function runProcess({ profile, gateway, stages }: Role): Promise<void> {
  try {
    if (profile === 'embedded' && (!gateway || stages !== 'all')) throw noPart()
    const environment = withFiles(process.env)
    const settings = readSettings(environment)
    const cluster = profile === 'cluster' ? readClusterSettings(environment) : null
    const allowSimulator = settings.simulatorUrl !== ''
    const pipeline = loadPipelineFile(settings.pipeline, { environment, profile, allowSimulator })
    if (!pipeline) {
      process.exitCode = exitCodes.unreadable
      return
    }
    const log = pino({ level: settings.logLevel }, pino.destination({ fd: 2, sync: false }))
    const chosen = stages === 'all' ? stages : chosenStages(pipeline, stages)
    const plan = { settings, cluster, pipeline, log, gateway, stages: chosen }
    const hub = await startHub(plan)
    stopOnSignal(hub, pipeline, cluster?.drainDelayMs ?? 0)
    greet(hub, plan)
  } catch (error) {
    if (!(error instanceof Chat4AllError)) throw error
    const coloured = process.stdout.isTTY === true && !process.env['NO_COLOR']
    process.stderr.write(`${pc.createColors(coloured).red(error.code)} ${error.message}\n`)
    process.exit(exitOf(error.code))
  }
}

const noPart = () =>
  badValue(
    '--profile embedded',
    'the embedded log belongs to one process, which runs the whole hub',
    'Say --profile cluster, or run everything with `chat4all start`',
  )
