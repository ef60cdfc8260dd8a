import { pino } from 'pino'
import { readClusterSettings } from '../../cli/cluster-settings.ts'
import { type Hub, startHub } from '../../cli/compose/hub.ts'
import { readSettings } from '../../cli/settings.ts'
import { answerParent } from '../harness/answer-parent.ts'
import { benchKey } from '../harness/bench-key.ts'
import { benchPipeline, type PipelineFile } from '../harness/bench-pipeline.ts'
import { inProcess, nowhere, type SendCount } from './in-process.ts'

/**
 * One process of a hub on the servers that the environment names, composed as `chat4all gateway` or `chat4all run`
 * compose it, with connectors that answer in process. Arguments: the pipeline file, `gateway` or ids of stages with
 * commas between, and after how many milliseconds a connector answers. Stages begin when they are told to.
 */
const [file = 'pipeline.yaml', role = 'gateway', answerMs = '0'] = process.argv.slice(2)
const count: SendCount = { sent: 0, lastAtMs: 0 }
const env = { ...process.env, ...nowhere }
const isGateway = role === 'gateway'
const plan = {
  settings: readSettings({ C4A_HTTP_PORT: '0', C4A_GRPC_PORT: '0', C4A_BOOTSTRAP_KEY: benchKey }),
  cluster: readClusterSettings({ ...env, C4A_DRAIN_DELAY_MS: '0' }),
  pipeline: benchPipeline(file as PipelineFile, env, 'cluster'),
  log: pino({ level: 'warn' }, pino.destination(2)),
  gateway: isGateway,
  stages: isGateway ? [] : role.split(','),
  factories: inProcess(count, Number(answerMs)),
} as const
let hub: Hub | undefined
if (isGateway) hub = await startHub(plan)
answerParent({ httpPort: hub?.httpPort ?? null }, async () => hub?.close(), {
  async resume() {
    hub ??= await startHub(plan)
    return true
  },
  sends: () => count.sent,
})
