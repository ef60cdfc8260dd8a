import { type Command, InvalidArgumentError } from 'commander'
import type { FaultPlan } from '../../connectors/simulator/fault-plan.ts'
import { runSimulator } from '../../connectors/simulator/run-simulator.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { portTrouble } from '../../topology/contract/port-trouble.ts'
import { badValue } from '../client/bad-value.ts'
import { connectionOf } from '../client/connection.ts'
import { exitOf } from '../client/exit-of.ts'
import { faultPlan } from '../client/fault-plan.ts'
import { screen } from '../client/screen.ts'
import { exitCodes } from '../exit-codes.ts'
import { settingTable } from '../settings.ts'

interface Options {
  readonly host: string
  readonly publicUrl?: URL
  readonly port: number
  readonly seed: string
  readonly file?: string
  readonly hub?: string
  readonly webhooks: boolean
  readonly openWindows?: boolean
  readonly faults?: Partial<FaultPlan>
}

const { simulatorPort, simulatorSeed } = settingTable

const help = `
Examples:
  chat4all simulator                                       phones at http://127.0.0.1:8090/
  C4A_SIMULATOR_URL=http://127.0.0.1:8090 chat4all start   a hub that uses it, in another terminal
  chat4all simulator --file arrivals.ndjson                keeps what arrived, and reads it again
  chat4all simulator --faults 0.05 --seed 7                one request in twenty meets a fault
  chat4all simulator --faults '{"rates":{"server-error":0.1},"hintSeconds":2}'

It plays the accounts of the shipped pipeline.yaml; docs/simulator.md says what it serves.
Exit codes: 0 stopped by a signal, 64 wrong usage or a bad value, 69 its port or file cannot be had.`

/** Registers `chat4all simulator`: the four platforms as a process of their own, until a signal ends it. */
export function simulatorCommand(program: Command): void {
  program
    .command('simulator')
    .summary('run the simulated platforms alone')
    .description(
      'Runs the four simulated platforms as a process of their own, which keeps its record when the hub is killed.',
    )
    .option('--port <port>', `where it listens (${simulatorPort.name})`, portNumber, portFromEnv())
    .option('--host <address>', 'address it binds to; its control API asks for no key', '127.0.0.1')
    .option('--public-url <url>', 'how hubs on other machines reach it', webAddress)
    .option(
      '--seed <text>',
      `decides about faults and times (${simulatorSeed.name})`,
      seedFromEnv(),
    )
    .option('--file <file>', 'append what arrives to this file, and read it at start')
    .option('--hub <url>', 'the hub that gets the webhooks (C4A_URL, else the one on this machine)')
    .option('--no-webhooks', 'post no webhooks at all')
    .option('--open-windows', 'every phone has an open 24 h window, not only the demo phones')
    .option('--faults <json|rate>', 'what goes wrong, and how often', faultPlan)
    .addHelpText('after', help)
    .action(async (options: Options) => {
      process.exitCode = await simulate(options)
    })
}

async function simulate(options: Options): Promise<number> {
  const { port, host, publicUrl, seed, file, hub, webhooks, openWindows, faults } = options
  const shown = screen()
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  try {
    const { url } = connectionOf(hub === undefined ? {} : { url: hub }, process.env)
    await runSimulator(
      {
        port,
        host,
        seed,
        hubWebhooks: webhooks ? `${url}/webhooks` : null,
        windows: openWindows ? 'open' : 'enforced',
        ...(publicUrl && { publicUrl: publicUrl.origin, allowedHosts: [publicUrl.hostname] }),
        ...(file !== undefined && { file }),
        ...(faults !== undefined && { faults }),
      },
      stop.signal,
      (line) => shown.print(line),
    ).catch((cause: unknown) => {
      throw troubleOf(cause, options)
    })
    return exitCodes.ok
  } catch (error) {
    if (!(error instanceof Chat4AllError)) throw error
    shown.note(`${shown.err.red(error.code)} ${error.message}`)
    return exitOf(error.code)
  }
}

/** What the simulator's own errors are about; one that we do not know stays as it is. */
function troubleOf(cause: unknown, { port, host, file }: Options): unknown {
  if (cause instanceof RangeError) {
    return badValue('--faults', cause.message, 'docs/simulator.md lists the faults')
  }
  if (file !== undefined && cause instanceof Error && 'path' in cause) {
    return badValue(`--file ${file}`, cause.message, 'Name a file that can be read and written')
  }
  return portTrouble(cause, host, port, '--port or C4A_SIMULATOR_PORT')
}

function portNumber(text: string): number {
  const value = simulatorPort.read(text)
  if (value !== undefined) return value
  throw new InvalidArgumentError(`Give ${simulatorPort.expected}.`)
}

function webAddress(text: string): URL {
  const url = URL.parse(text)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new InvalidArgumentError('Give an address such as http://simulator:8090.')
}

/** A bad value in the environment is one for `start` to complain about: here the default stands in help. */
function portFromEnv(): number {
  const given = process.env[simulatorPort.name]
  return simulatorPort.read(given || simulatorPort.fallback) ?? Number(simulatorPort.fallback)
}

const seedFromEnv = () => process.env[simulatorSeed.name] || simulatorSeed.fallback
