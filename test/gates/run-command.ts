import { spawn } from 'node:child_process'

export interface CommandsEnd {
  readonly ok: boolean
  /** Both streams of those that failed, as they came. */
  readonly output: string
  readonly seconds: number
}

/** Runs scripts one after another in our Node; all run, even when one fails. */
export async function runCommand(
  commands: readonly (readonly string[])[],
  cwd: string,
): Promise<CommandsEnd> {
  const startedMs = performance.now()
  const failures: string[] = []
  for (const [script = '', ...args] of commands) {
    const failure = await failureOf(script, args, cwd)
    if (failure !== undefined) failures.push(failure)
  }
  return {
    ok: failures.length === 0,
    output: failures.join('\n'),
    seconds: (performance.now() - startedMs) / 1000,
  }
}

/** Undefined when it ended well. */
function failureOf(
  script: string,
  args: readonly string[],
  cwd: string,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', script, ...args],
      { cwd, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) resolve(undefined)
      else
        resolve(
          `${Buffer.concat(chunks).toString('utf8')}\n(ended with ${signal ?? `code ${code}`})`,
        )
    })
  })
}
