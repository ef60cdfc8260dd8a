import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached, type Fetch } from './cached.ts'
import { Missing } from './missing.ts'
import { runProgram } from './run-program.ts'

const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1'
/** No colours or bars in what we show of a failure, and a file whose checksum is wrong is refused. */
const flags = ['--batch-mode', '--strict-checksums', '--quiet']

/** These artifacts (`group:name:version`) and all that they need at run time, as a class path. */
export async function mavenClassPath(
  name: string,
  artifacts: readonly string[],
  fetch: Fetch,
): Promise<string> {
  const folder = await cached(name, fetch, async (partial) => {
    const project = join(partial, 'pom.xml')
    writeFileSync(project, projectOf(artifacts))
    await maven(
      [
        '-f',
        project,
        `${plugin}:copy-dependencies`,
        '-DincludeScope=runtime',
        `-DoutputDirectory=${partial}`,
      ],
      fetch,
    )
  })
  return join(folder, '*')
}

/** One archive, `group:name:version:tar.gz:classifier`, unpacked. */
export function mavenArchive(name: string, artifact: string, fetch: Fetch): Promise<string> {
  return cached(name, fetch, async (partial) => {
    await maven([`${plugin}:copy`, `-Dartifact=${artifact}`, `-DoutputDirectory=${partial}`], fetch)
    for (const archive of readdirSync(partial)) {
      await runProgram('tar', ['-xzf', archive], { signal: fetch.signal, cwd: partial })
      rmSync(join(partial, archive))
    }
  })
}

async function maven(args: readonly string[], { signal }: Fetch): Promise<void> {
  try {
    await runProgram('mvn', ['--version'], { signal })
  } catch (cause) {
    signal.throwIfAborted()
    throw new Missing("Maven is missing: install it, such as Debian's maven", { cause })
  }
  await runProgram('mvn', [...flags, ...args], { signal })
}

function projectOf(artifacts: readonly string[]): string {
  const dependencies = artifacts.map((artifact) => {
    const [group, name, version] = artifact.split(':')
    return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`
  })
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>chat4all</groupId><artifactId>services</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${dependencies.join('\n')}</dependencies>
</project>
`
}
