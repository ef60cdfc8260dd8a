import { pino } from 'pino'
import { startHub } from '../../cli/compose/hub.ts'
import { readSettings } from '../../cli/settings.ts'
import { answerParent } from '../harness/answer-parent.ts'
import { benchKey } from '../harness/bench-key.ts'
import { benchPipeline, type PipelineFile } from '../harness/bench-pipeline.ts'
import { tempFolder } from '../harness/temp-folder.ts'
import { inProcess, nowhere, type SendCount } from './in-process.ts'

/**
 * The whole hub, as `chat4all start` composes it, in a folder of its own. Arguments: the pipeline file, and
 * `in-process` for connectors that answer here or `simulator` for the simulated platforms' HTTP and receipts.
 */
const [file = 'pipeline.yaml', platform = 'simulator'] = process.argv.slice(2)
const isInProcess = platform === 'in-process'
const count: SendCount = { sent: 0, lastAtMs: 0 }
const ports = ['HTTP', 'GRPC', 'SIMULATOR', 'REGISTRY'].map((name) => [`C4A_${name}_PORT`, '0'])
const settings = readSettings({
  ...Object.fromEntries(ports),
  C4A_DATA_DIR: tempFolder('hub'),
  C4A_BOOTSTRAP_KEY: benchKey,
  C4A_SIMULATOR_OPEN_WINDOWS: 'true',
})
const hub = await startHub({
  settings,
  cluster: null,
  pipeline: benchPipeline(file as PipelineFile, isInProcess ? nowhere : {}),
  log: pino({ level: 'warn' }, pino.destination(2)),
  gateway: true,
  stages: 'all',
  ...(isInProcess && { factories: inProcess(count) }),
})
const { httpPort, grpcPort, simulatorUrl } = hub
answerParent({ httpPort, grpcPort, simulatorUrl }, () => hub.close(), {
  sends: () => ({ ...count, nowMs: performance.now() }),
})
