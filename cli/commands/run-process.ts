import { pino } from 'pino'
import { badValue } from '../client/bad-value.ts'
import { readClusterSettings } from '../cluster-settings.ts'
import { type HubPlan, startHub } from '../compose/hub.ts'
import { exitCodes } from '../exit-codes.ts'
import { readSettings } from '../settings.ts'
import { withFiles } from '../with-files.ts'
import { chosenStages } from './chosen-stages.ts'
import { greet } from './greet.ts'
import { loadPipelineFile } from './load-pipeline-file.ts'
import type { Profile } from './profile-option.ts'
import { sayingErrors } from './saying-errors.ts'
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
  const exit = await sayingErrors(async () => {
    if (profile === 'embedded' && (!gateway || stages !== 'all')) throw noPart()
    const environment = withFiles(process.env)
    const settings = readSettings(environment)
    const cluster = profile === 'cluster' ? readClusterSettings(environment) : null
    const allowSimulator = settings.simulatorUrl !== ''
    const pipeline = loadPipelineFile(settings.pipeline, { environment, profile, allowSimulator })
    if (!pipeline) return exitCodes.unreadable
    const log = pino({ level: settings.logLevel }, pino.destination({ fd: 2, sync: false }))
    const chosen = stages === 'all' ? stages : chosenStages(pipeline, stages)
    const plan = { settings, cluster, pipeline, log, gateway, stages: chosen }
    const hub = await startHub(plan)
    stopOnSignal(hub, pipeline, cluster?.drainDelayMs ?? 0)
    greet(hub, plan)
    return exitCodes.ok
  })
  // What failed may have left something open that would keep the process.
  if (exit !== exitCodes.ok) process.exit(exit)
}

const noPart = () =>
  badValue(
    '--profile embedded',
    'the embedded log belongs to one process, which runs the whole hub',
    'Say --profile cluster, or run everything with `chat4all start`',
  )
