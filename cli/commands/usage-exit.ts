import type { CommanderError } from 'commander'
import { exitCodes } from '../exit-codes.ts'

/** For `exitOverride`: help ends with 0, wrong usage with 64 (commander has already said what is wrong). */
export function usageExit(error: CommanderError): never {
  process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage)
}
