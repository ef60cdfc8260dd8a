import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached, type Fetch } from './cached.ts'
import { Missing } from './missing.ts'
import { runProgram } from './run-program.ts'

const program = 'python3'

export interface PythonPackages {
  readonly program: string
  /** Without it Python does not find the packages. */
  readonly environment: Readonly<Record<string, string>>
}

/**
 * The machine's Python with the packages of a requirements file, which pins all of them, unpacked into the cache:
 * nothing is installed, and nothing is built.
 */
export async function pythonPackages(
  name: string,
  requirements: string,
  fetch: Fetch,
): Promise<PythonPackages> {
  const { signal } = fetch
  const folder = await cached(`${name}-${await version(fetch)}`, fetch, async (partial) => {
    await pip([], fetch)
    await pip(
      // Compiled files would name the folder that they are made in.
      [
        'install',
        '--target',
        partial,
        '--no-deps',
        '--only-binary',
        ':all:',
        '--no-compile',
      ].concat(['--quiet', '--root-user-action', 'ignore', '--requirement', requirements]),
      fetch,
    )
    copyFileSync(requirements, join(partial, 'requirements.txt'))
  })
  signal.throwIfAborted()
  return { program, environment: { PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' } }
}

/** Wheels are made for one version of Python. */
async function version({ signal }: Fetch): Promise<string> {
  try {
    const said = await runProgram(program, ['--version'], { signal })
    return said.trim().toLowerCase().replace(' ', '-')
  } catch (cause) {
    signal.throwIfAborted()
    throw new Missing("Python is missing: install it, such as Debian's python3", { cause })
  }
}

async function pip(args: readonly string[], { signal }: Fetch): Promise<void> {
  const options = { signal, environment: { PIP_DISABLE_PIP_VERSION_CHECK: '1' } }
  if (args.length > 0) return void (await runProgram(program, ['-m', 'pip', ...args], options))
  try {
    await runProgram(program, ['-m', 'pip', '--version'], options)
  } catch (cause) {
    signal.throwIfAborted()
    throw new Missing("pip is missing: install it, such as Debian's python3-pip", { cause })
  }
}
