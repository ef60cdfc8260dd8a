import { readFileSync } from 'node:fs'
import { exitCodes } from '../exit-codes.ts'

/** The file's text, or the exit code and sentence to end with. */
export function readPipeline(
  file: string,
): { readonly text: string } | { readonly exit: number; readonly sentence: string } {
  try {
    return { text: readFileSync(file, 'utf8') }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return {
      exit: exitCodes.noFile,
      sentence: `${file} cannot be read: ${why}. Name another file, or run in the folder that holds it.`,
    }
  }
}
