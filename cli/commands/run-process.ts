import { readFileSync } from 'node:fs'
import pc from 'picocolors'
import { pino } from 'pino'
import { demoPhones } from '../../connectors/simulator/demo.ts'
import { stageTypes } from '../../stages/index.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { faultText } from '../../topology/pipeline/fault-text.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import { masked } from '../../topology/pipeline/masked.ts'
import type { Pipeline } from '../../topology/pipeline/model.ts'
import { readSource } from '../../topology/pipeline/source.ts'
import { type Hub, startHub } from '../compose/hub.ts'
import { exitCodes } from '../exit-codes.ts'
import { readSettings, type Settings } from '../settings.ts'

/** Runs the hub until a signal ends it; what keeps it from starting is said in a sentence. */
export async function runStart(): Promise<void> {
  try {
    const settings = readSettings(process.env)
    const pipeline = readPipeline(settings.pipeline)
    if (!pipeline) {
      process.exitCode = exitCodes.unreadable
      return
    }
    const log = pino({ level: settings.logLevel }, pino.destination({ fd: 2, sync: false }))
    const hub = await startHub(settings, pipeline, log)
    stopOnSignal(hub, pipeline)
    greet(hub, settings)
  } catch (error) {
    if (!(error instanceof Chat4AllError)) throw error
    process.stderr.write(`${pc.createColors(coloured()).red(error.code)} ${error.message}\n`)
    process.exit(
      error.code === 'C4A_SETTING_INVALID' ? exitCodes.unreadable : exitCodes.unavailable,
    )
  }
}

/** Undefined when the file has faults, which are printed. */
function readPipeline(file: string): Pipeline | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Chat4AllError(
      'C4A_SETTING_INVALID',
      {
        what: `The pipeline '${file}'`,
        why: cause instanceof Error ? cause.message : String(cause),
        todo: 'Set C4A_PIPELINE to a file that can be read',
      },
      { cause },
    )
  }
  const environment = process.env
  const { pipeline, faults } = loadPipeline(text, file, stageTypes, {
    resolve: 'values',
    environment,
  })
  if (pipeline) return pipeline
  const { red, yellow, bold, dim } = pc.createColors(coloured())
  const paint = { error: red, warning: yellow, strong: bold, faint: dim }
  process.stderr.write(`${faultText(faults, masked(readSource(text, file)), paint)}\n`)
  return undefined
}

/** The first signal stops cleanly, the second at once. */
function stopOnSignal(hub: Hub, pipeline: Pipeline): void {
  const longest = Math.max(...Object.values(pipeline.stages).map(({ drainMs }) => drainMs))
  let stopping = false
  const stop = () => {
    if (stopping) process.exit(130)
    stopping = true
    process.stderr.write('stopping: what is under way may finish (once more: at once)\n')
    // A bound over all: nothing that hangs may keep the process from ending.
    setTimeout(() => process.exit(1), longest + 15_000).unref()
    hub.close().then(
      () => process.exit(exitCodes.ok),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

/** What a newcomer needs. The key is shown once, and only to a person. */
function greet(
  { httpPort, grpcPort, simulatorUrl, registryUrl, freshKey }: Hub,
  { dataDir }: Settings,
): void {
  const { bold, dim, green } = pc.createColors(coloured())
  const base = `http://127.0.0.1:${httpPort}`
  const rows: [string, string][] = [
    ['REST', `${base}   (${base}/docs)`],
    ['gRPC', `127.0.0.1:${grpcPort}`],
    ['registry', registryUrl],
    ['key', `${dataDir}/bootstrap-key`],
  ]
  if (simulatorUrl) rows.splice(2, 0, ['phones', simulatorUrl])
  const lines = rows.map(([name, value]) => `  ${dim(name.padEnd(9))} ${value}`)
  process.stdout.write(`${green('Chat4All is ready')}\n${lines.join('\n')}\n`)
  if (freshKey && process.stdout.isTTY) {
    process.stdout.write(`\n  ${bold('Your first admin key, shown this once:')}\n  ${freshKey}\n`)
  }
  const [phone] = demoPhones
  if (!simulatorUrl || !phone) return
  const body = `{"to":{"channel":"${phone.channel}","address":"${phone.address}"},"content":{"type":"text","text":"Hello ${phone.name}"}}`
  process.stdout.write(
    `\n  ${dim('A first message:')}\n  curl -s ${base}/v1/messages -H "Authorization: Bearer $(cat ${dataDir}/bootstrap-key)" \\\n    -H 'Content-Type: application/json' -d '${body}'\n\n`,
  )
}

const coloured = () => process.stdout.isTTY === true && !process.env['NO_COLOR']
