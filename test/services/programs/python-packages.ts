import { cached, type Fetch } from './cached.ts'
import { Missing } from './missing.ts'
import { runProgram } from './run-program.ts'

const program = 'python3'

export interface PythonPackages {
  readonly program: string
  readonly folder: string
}

/**
 * The machine's Python and these packages (`name==version`, with all that they need), unpacked into the cache: nothing is
 * installed, and nothing is built.
 */
export async function pythonPackages(
  name: string,
  packages: readonly string[],
  fetch: Fetch,
): Promise<PythonPackages> {
  const { signal } = fetch
  const python = async (...args: string[]) => runProgram(program, args, { signal })
  const version = await orMissing(python('--version'), 'Python', 'python3', fetch)
  // Wheels are made for one version of Python.
  const at = `${name}-${version.trim().toLowerCase().replace(' ', '-')}`
  const folder = await cached(at, fetch, async (partial) => {
    const pip = ['-m', 'pip', '--disable-pip-version-check']
    await orMissing(python(...pip, '--version'), 'pip', 'python3-pip', fetch)
    // Compiled files would name the folder that they are made in.
    const how = [
      '--quiet',
      '--retries',
      '10',
      '--no-deps',
      '--only-binary',
      ':all:',
      '--no-compile',
    ]
    await python(...pip, 'install', ...how, '--target', partial, ...packages)
  })
  return { program, folder }
}

async function orMissing(
  asked: Promise<string>,
  what: string,
  debian: string,
  { signal }: Fetch,
): Promise<string> {
  try {
    return await asked
  } catch (cause) {
    signal.throwIfAborted()
    throw new Missing(`${what} is missing: install it, such as Debian's ${debian}`, { cause })
  }
}
