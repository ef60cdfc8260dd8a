import { join } from 'node:path'
import { Missing } from './missing.ts'
import { runProgram } from './run-program.ts'

/** What the brokers of Kafka 4 ask for. */
const least = 17

/** A Java runtime that is new enough. */
export async function java(signal: AbortSignal): Promise<string> {
  const home = process.env['JAVA_HOME']
  const tried: string[] = []
  for (const program of [...(home ? [join(home, 'bin', 'java')] : []), 'java']) {
    const version = await versionOf(program, signal)
    if (version !== undefined && version >= least) return program
    tried.push(`${program} ${version === undefined ? 'is not there' : `is ${version}`}`)
  }
  throw new Missing(
    `Java ${least} or newer is missing (${tried.join(', ')}): install a JRE, such as Debian's default-jre-headless`,
  )
}

async function versionOf(program: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    // --version writes to standard output; the older -version does not.
    const [, major] = /(\d+)/.exec(await runProgram(program, ['--version'], { signal })) ?? []
    return Number(major)
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}
