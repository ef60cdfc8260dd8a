import { chmodSync, cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cached, type Fetch } from './cached.ts'
import { Missing } from './missing.ts'
import { runProgram } from './run-program.ts'

/** A command of a Go module, `module/path@version`, built from its source; answers the program. */
export async function goProgram(name: string, source: string, fetch: Fetch): Promise<string> {
  const folder = await cached(name, fetch, async (partial) => {
    // -s -w: no tables for debuggers, which would double it.
    await go(partial, ['install', '-ldflags=-s -w', source], fetch)
  })
  return join(folder, 'bin', source.split('@')[0]?.split('/').at(-1) ?? '')
}

/** Some files or folders of a Go module, `module@version`, by their paths in it; answers the folder that has them. */
export function goModuleFiles(
  name: string,
  source: string,
  paths: readonly string[],
  fetch: Fetch,
): Promise<string> {
  return cached(name, fetch, async (partial) => {
    const { Dir: folder } = JSON.parse(
      await go(partial, ['mod', 'download', '-json', source], fetch),
    )
    for (const path of paths) cpSync(join(folder, path), join(partial, path), { recursive: true })
    rmSync(join(partial, 'go'), { recursive: true })
  })
}

/** With caches of its own below `folder`, which are gone when it ends: only what was asked for stays. */
async function go(folder: string, args: readonly string[], { signal }: Fetch): Promise<string> {
  try {
    await runProgram('go', ['version'], { signal })
  } catch (cause) {
    signal.throwIfAborted()
    throw new Missing('Go is missing: install 1.26 or newer, such as from go.dev/dl', { cause })
  }
  const modules = join(folder, 'go')
  mkdirSync(modules)
  const environment = {
    GOPATH: modules,
    GOMODCACHE: join(modules, 'mod'),
    GOCACHE: join(modules, 'cache'),
    GOBIN: join(folder, 'bin'),
    // Or the modules could not be removed.
    GOFLAGS: '-modcacherw',
    CGO_ENABLED: '0',
  }
  const said = await runProgram('go', args, { signal, cwd: folder, environment })
  if (args[0] === 'install') rmSync(modules, { recursive: true })
  // Another user may need it.
  chmodSync(folder, 0o755)
  return said
}
