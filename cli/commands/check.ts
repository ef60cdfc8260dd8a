import { type Command, InvalidArgumentError, Option } from 'commander'
import pc from 'picocolors'
import { stageTypes } from '../../stages/index.ts'
import type { Fault } from '../../topology/pipeline/fault.ts'
import { faultGithub } from '../../topology/pipeline/fault-github.ts'
import { faultText } from '../../topology/pipeline/fault-text.ts'
import { faultCodes } from '../../topology/pipeline/faults.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import { masked } from '../../topology/pipeline/masked.ts'
import { readSource } from '../../topology/pipeline/source.ts'
import { connectorFault } from '../compose/connector-fault.ts'
import { kindWarning } from '../compose/kind-warning.ts'
import { loadConnectors } from '../compose/load-connectors.ts'
import { exitCodes } from '../exit-codes.ts'
import { readPipeline } from './read-pipeline.ts'
import { sayingErrors } from './saying-errors.ts'
import { usageExit } from './usage-exit.ts'

interface CheckOptions {
  readonly format: 'text' | 'json' | 'github'
  readonly profile: 'embedded' | 'cluster'
  readonly allowSimulator: boolean
  readonly requireEnv: boolean
  readonly loadConnectors: boolean
  readonly explain?: string
}

const help = `
Exit codes: 0 nothing wrong (warnings may be shown), 1 faults, 64 wrong usage, 66 no such file,
78 the YAML itself cannot be read.

Examples:
  chat4all check                              checks pipeline.yaml in this folder; needs no secrets
  chat4all check other.yaml --format github   marks the lines in a pull request
  chat4all check --profile cluster            also refuses the simulator
  chat4all check --require-env                also asks that every variable has a value
  chat4all check --load-connectors            also asks connectors of packages what they show
  chat4all check --explain C4A1204            says what a code means`

/** Registers `chat4all check`. It reads, and touches nothing; what is not the hub's own it runs only when told to. */
export function checkCommand(program: Command): void {
  program
    .command('check')
    .summary('find out what is wrong with pipeline.yaml, and how to mend it')
    .description('Finds out what is wrong with pipeline.yaml, and how to mend it.')
    .argument('[file]', 'the file to check', 'pipeline.yaml')
    .addOption(
      new Option('--format <format>', 'how faults are printed')
        .choices(['text', 'json', 'github'])
        .default('text'),
    )
    .addOption(
      new Option('--profile <profile>', 'where the pipeline is to run')
        .choices(['embedded', 'cluster'])
        .default('embedded'),
    )
    .option('--allow-simulator', 'let a cluster send to the simulator', false)
    .option('--require-env', 'environment references must have values', false)
    .option(
      '--load-connectors',
      "run the code of channels' packages and ask what they show, for `kinds`",
      false,
    )
    .option('--explain <code>', 'say what a code means, and check nothing', knownCode)
    .addHelpText('after', help)
    .exitOverride(usageExit)
    .action(async (file: string, options: CheckOptions) => {
      process.exitCode = await sayingErrors(async () => {
        const { explain } = options
        const { output, exit } = explain ? explained(explain) : await check(file, options)
        if ('sentence' in output) process.stderr.write(`${output.sentence}\n`)
        else process.stdout.write(output.text)
        return exit
      })
    })
}

interface Ending {
  readonly output: { readonly text: string } | { readonly sentence: string }
  readonly exit: number
}

async function check(file: string, options: CheckOptions): Promise<Ending> {
  const read = readPipeline(file)
  if ('exit' in read) return { output: { sentence: read.sentence }, exit: read.exit }
  const load = (loaded?: Parameters<typeof kindWarning>[0]) =>
    loadPipeline(read.text, file, stageTypes, {
      profile: options.profile,
      allowSimulator: options.allowSimulator,
      connectorFault: connectorFault(file),
      settingWarning: kindWarning(loaded),
      ...(options.requireEnv && { resolve: 'values', environment: process.env }),
    })
  const first = load()
  // Only of a file that could run: what is wrong with it says it already.
  const { faults, pipeline } =
    options.loadConnectors && first.pipeline
      ? load(await loadConnectors(first.pipeline, file))
      : first
  const text = {
    text: () => textOf(faults, file, read.text, pipeline?.revision),
    json: () =>
      `${JSON.stringify({ file, revision: pipeline?.revision ?? null, faults }, null, 2)}\n`,
    github: () => faultGithub(faults),
  }[options.format]()
  return { output: { text }, exit: exitOf(faults) }
}

function exitOf(faults: readonly Fault[]): number {
  if (faults.some(({ code }) => code === 'C4A1001')) return exitCodes.unreadable
  return faults.some(({ severity }) => severity === 'error') ? exitCodes.faults : exitCodes.ok
}

/** Colours only where somebody looks, and not against NO_COLOR (https://no-color.org). */
function textOf(
  faults: readonly Fault[],
  file: string,
  text: string,
  revision: string | undefined,
): string {
  const coloured = process.stdout.isTTY === true && !process.env['NO_COLOR']
  const { red, yellow, bold, dim } = pc.createColors(coloured)
  const paint = { error: red, warning: yellow, strong: bold, faint: dim }
  const errors = faults.filter(({ severity }) => severity === 'error').length
  const count = `${counted(errors, 'error')}, ${counted(faults.length - errors, 'warning')}`
  const summary = faults.length > 0 ? `${file}: ${count}` : `${file}: nothing wrong`
  const shown = faultText(faults, masked(readSource(text, file)), paint)
  return `${shown ? `${shown}\n` : ''}${summary}${revision ? ` (revision ${revision})` : ''}\n`
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`

function knownCode(code: string): string {
  if (Object.hasOwn(faultCodes, code.toUpperCase())) return code.toUpperCase()
  throw new InvalidArgumentError(
    `Codes run from ${Object.keys(faultCodes)[0]}; docs/check-codes.md lists them.`,
  )
}

function explained(code: string): Ending {
  const [, entry] = Object.entries(faultCodes).find(([known]) => known === code) ?? []
  const text = entry ? `${code} (${entry.severity}): ${entry.title}\n${entry.why}\n` : ''
  return { output: { text }, exit: exitCodes.ok }
}
