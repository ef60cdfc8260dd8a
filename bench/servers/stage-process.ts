import { pino } from 'pino'
import { Registry } from 'prom-client'
import { readClusterSettings } from '../../cli/cluster-settings.ts'
import { Closers } from '../../cli/compose/closers.ts'
import { openParts } from '../../cli/compose/parts.ts'
import { runStages } from '../../cli/compose/run-stages.ts'
import { readSettings } from '../../cli/settings.ts'
import { answerParent } from '../harness/answer-parent.ts'
import { benchPipeline, type PipelineFile } from '../harness/bench-pipeline.ts'
import { inProcess, nowhere } from './in-process.ts'

/**
 * Stages on the servers that the environment names, composed as `chat4all run` composes them but for its health server.
 * Arguments: the pipeline file, ids of stages with commas between. `halt` lets them leave their groups and `resume` lets
 * them join again. All that they work with stays, as it does in the copy loop they are compared with: a codec that is
 * made anew is code of its own, and once several were made V8 can expect none of them.
 */
const [file = 'pipeline.yaml', stages = ''] = process.argv.slice(2)
const env = { ...process.env, ...nowhere }
const plan = {
  settings: readSettings({ C4A_HTTP_PORT: '0' }),
  cluster: readClusterSettings(env),
  pipeline: benchPipeline(file as PipelineFile, env, 'cluster'),
  log: pino({ level: 'warn' }, pino.destination(2)),
  gateway: false,
  stages: stages.split(','),
  factories: inProcess({ sent: 0, lastAtMs: 0 }, 0),
} as const
const closers = new Closers()
const { base, platforms, webhooks } = await openParts(plan, closers)
/** What a halt closes. */
const running = new Closers()
answerParent({ ready: true }, () => running.close().then(() => closers.close()), {
  async resume() {
    // A registry takes a figure of a name once.
    const anew = { ...base, metrics: new Registry() }
    await runStages(plan, anew, platforms.channels, webhooks, running)
    return true
  },
  async halt() {
    await running.close()
    return true
  },
})
