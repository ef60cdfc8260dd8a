import { globSync } from 'node:fs'
import { join } from 'node:path'
import { Missing } from './missing.ts'
import { runProgram } from './run-program.ts'

/** A Java runtime of this version or newer: the one that is set, the usual one, or one that stands beside it. */
export async function java(least: number, signal: AbortSignal): Promise<string> {
  const home = process.env['JAVA_HOME']
  const programs = [
    ...(home ? [join(home, 'bin', 'java')] : []),
    'java',
    ...globSync([
      '/usr/lib/jvm/*/bin/java',
      '/Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java',
    ]),
  ]
  const versions = new Map<string, number>()
  for (const program of programs) {
    const version = await versionOf(program, signal)
    if (version !== undefined && version >= least) return program
    if (version !== undefined) versions.set(program, version)
  }
  const found = [...versions].map(([program, version]) => `${program} is ${version}`)
  throw new Missing(
    `Java ${least} or newer is missing (${found.join(', ') || 'there is none'}): install a JRE of it, or set JAVA_HOME`,
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
