import { execFile } from 'node:child_process'

export interface RunOptions {
  readonly signal: AbortSignal
  readonly cwd?: string
  readonly uid?: number
  readonly gid?: number
  /** Beside our own. */
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs a program to its end and answers what it printed; throws with all that it said. */
export function runProgram(
  program: string,
  args: readonly string[],
  { environment = {}, ...options }: RunOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const all = {
      maxBuffer: 64 * 1024 * 1024,
      killSignal: 'SIGKILL' as const,
      env: { ...process.env, ...environment },
      ...options,
    }
    execFile(program, args, all, (error, stdout, stderr) => {
      if (!error) resolve(stdout)
      else if (options.signal.aborted) reject(options.signal.reason)
      else {
        // Maven says on one what it colours on the other.
        const said = [stdout, stderr].join('').trim() || error.message
        reject(new Error(`${[program, ...args].join(' ')}\nfailed: ${said}`, { cause: error }))
      }
    })
  })
}
