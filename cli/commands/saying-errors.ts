import pc from 'picocolors'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { exitOf } from '../client/exit-of.ts'

/** Runs a command that answers its exit code; an error of ours is said in a sentence, and has its own. */
export async function sayingErrors(command: () => Promise<number>): Promise<number> {
  try {
    return await command()
  } catch (error) {
    if (!(error instanceof Chat4AllError)) throw error
    const coloured = process.stderr.isTTY === true && !process.env['NO_COLOR']
    process.stderr.write(`${pc.createColors(coloured).red(error.code)} ${error.message}\n`)
    return exitOf(error.code)
  }
}
