import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cached, type Fetch } from './cached.ts'
import { Missing } from './missing.ts'
import { runProgram } from './run-program.ts'

export interface Wanted {
  /** For people. */
  readonly what: string
  readonly packages: readonly string[]
  /** Where the programs may be, as globs: on the machine, and in the packages. */
  readonly folders: readonly string[]
  /** All of them must be in one folder. */
  readonly programs: readonly string[]
  /** Whether those of this folder will do; `environment` is what they need to start. */
  isGoodEnough(folder: string, environment: Readonly<Record<string, string>>): Promise<boolean>
}

/** The `folder` of the programs, and the `libraries` that they need: none for the machine's own. */
export interface DebianPrograms extends Readonly<Record<string, string>> {
  readonly folder: string
  readonly libraries: string
}

/**
 * Programs of Debian packages: the machine's own where they are good enough, or the packages of its release,
 * unpacked into the cache. Nothing is installed, no service starts, and nobody has to be root.
 */
export async function debianPrograms(wanted: Wanted, fetch: Fetch): Promise<DebianPrograms> {
  const { what } = wanted
  const onPath = (process.env['PATH'] ?? '').split(':')
  const own = await firstGoodOne([...wanted.folders, ...onPath], '', wanted)
  if (own) return own
  if (!existsSync('/etc/debian_version')) {
    throw new Missing(`${what} is missing, and only on Debian can it be had from here: install it`)
  }
  const root = await unpacked(wanted, fetch)
  const libraries = globSync(['usr/lib/*-linux-gnu', 'lib/*-linux-gnu'], { cwd: root })
  const found = await firstGoodOne(
    wanted.folders.map((folder) => join(root, folder)),
    libraries.map((folder) => join(root, folder)).join(':'),
    wanted,
  )
  if (found) return found
  throw new Missing(`${what} is missing, and this release of Debian has an older one: install it`)
}

/** So that they find their libraries. */
export const debianEnvironment = ({ libraries = '' }: Readonly<Record<string, string>>) =>
  libraries === '' ? {} : { LD_LIBRARY_PATH: libraries }

async function firstGoodOne(
  globs: readonly string[],
  libraries: string,
  { programs, isGoodEnough }: Wanted,
): Promise<DebianPrograms | undefined> {
  for (const folder of globs.flatMap(newestFirst)) {
    if (!programs.every((program) => existsSync(join(folder, program)))) continue
    const found = { folder, libraries }
    if (await isGoodEnough(folder, debianEnvironment(found))) return found
  }
  return undefined
}

const newestFirst = (glob: string) =>
  globSync(glob).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))

function unpacked({ packages }: Wanted, fetch: Fetch): Promise<string> {
  const release = readFileSync('/etc/debian_version', 'utf8').trim().replaceAll('/', '-')
  const { signal } = fetch
  return cached(`debian-${release}-${packages.join('-')}`, fetch, async (partial) => {
    const apt = join(partial, 'apt')
    mkdirSync(join(apt, 'lists', 'partial'), { recursive: true })
    mkdirSync(join(apt, 'cache', 'archives', 'partial'), { recursive: true })
    // Package lists of its own: those of the machine may be old, and only root could renew them.
    const own = [`-oDir::State::lists=${join(apt, 'lists')}`, `-oDir::Cache=${join(apt, 'cache')}`]
    const aptGet = (...args: string[]) =>
      runProgram('apt-get', [...own, ...args], { signal, cwd: apt })
    await aptGet('-qq', 'update')
    // What the machine lacks of them and of all that they need: 'address' name_version_architecture.deb ...
    const listed = await aptGet(
      '-qq',
      '--print-uris',
      '--no-install-recommends',
      'install',
      ...packages,
    )
    const missing = [...listed.matchAll(/^'\S+' ([^_\s]+)_([^_\s]+)_/gm)]
    await aptGet(
      '-qq',
      'download',
      ...missing.map(([, name = '', version = '']) => `${name}=${decodeURIComponent(version)}`),
    )
    for (const file of globSync(join(apt, '*.deb'))) {
      await runProgram('dpkg-deb', ['--extract', file, partial], { signal })
    }
    rmSync(apt, { recursive: true })
  })
}
