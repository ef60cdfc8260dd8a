import type { Command } from 'commander'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { type Api, apiOf } from './api.ts'
import { type ConnectionOptions, connectionHelp, connectionOf } from './connection.ts'
import { exitHelp, exitOf } from './exit-of.ts'
import { type Screen, screen } from './screen.ts'

export interface ClientOptions extends ConnectionOptions {
  readonly json?: boolean
}

export interface ClientTools {
  readonly api: Api
  readonly screen: Screen
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal
  readonly json: boolean
}

/**
 * Makes a command one that talks to a hub: the shared options, help with `examples`, errors as one
 * sentence (JSON with --json), Ctrl-C as a clean end. `run` answers the exit code.
 */
export function clientCommand<Options extends ClientOptions>(
  command: Command,
  examples: string,
  run: (tools: ClientTools, options: Options, args: readonly string[]) => Promise<number>,
): Command {
  return command
    .option('--json', 'print JSON instead of text for people')
    .option('--url <url>', 'where the hub is (C4A_URL)')
    .option('--key-file <file>', 'a file that holds the API key (else C4A_KEY)')
    .addHelpText('after', `\nExamples:\n${examples}\n${connectionHelp}\n${exitHelp}`)
    .action(async () => {
      const options = command.opts<Options>()
      const { args } = command
      process.exitCode = await guarded(options, (tools) => run(tools, options, args))
    })
}

async function guarded(
  options: ClientOptions,
  run: (tools: ClientTools) => Promise<number>,
): Promise<number> {
  const shown = screen()
  const json = options.json === true
  const stop = new AbortController()
  // The second Ctrl-C ends at once, should the first one not.
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  try {
    const api = apiOf(connectionOf(options, process.env), stop.signal)
    return await run({ api, screen: shown, signal: stop.signal, json })
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.interrupted
    if (!(error instanceof Chat4AllError)) throw error
    if (json) shown.note(JSON.stringify({ error: { code: error.code, ...error.explanation } }))
    else shown.note(`${shown.err.red(error.code)} ${error.message}`)
    return exitOf(error.code)
  } finally {
    shown.endLive()
  }
}
