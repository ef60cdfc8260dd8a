import { execFile } from 'node:child_process'

export interface RunOptions {
  readonly signal: AbortSignal
  readonly cwd?: string
  readonly uid?: number
  readonly gid?: number
}

/** Runs a program to its end and answers what it printed; throws with all that it said. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const limits = { maxBuffer: 64 * 1024 * 1024, ...options }
    execFile(program, args, limits, (error, stdout, stderr) => {
      if (!error) resolve(stdout)
      else if (options.signal.aborted) reject(options.signal.reason)
      else {
        const command = [program, ...args].join(' ')
        reject(
          new Error(`${command}\nfailed: ${stderr || stdout || error.message}`, { cause: error }),
        )
      }
    })
  })
}
