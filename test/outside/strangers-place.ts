import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const modules = join(root, 'node_modules')

/** A folder outside the tree, where somebody who has our published package writes a connector. */
export interface StrangersPlace {
  readonly folder: string
  /** Their package, not built yet. */
  readonly package: string
  /** Runs a program of Node's there; throws with what it said when it fails. */
  run(...args: readonly string[]): string
  remove(): void
}

/** With `@chat4all/connector` as npm packs it, and what it and the stranger's package ask for. */
export function strangersPlace(): StrangersPlace {
  const folder = mkdtempSync(join(tmpdir(), 'c4a-stranger-'))
  const kit = join(folder, 'node_modules', '@chat4all', 'connector')
  mkdirSync(kit, { recursive: true })
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: join(root, 'packages', 'connector'),
    stdio: 'pipe',
    // npm's own compile cache would stay behind in the folder for temporary files.
    env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' },
  })
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'))
  execFileSync('tar', ['-xzf', join(folder, tarball ?? ''), '-C', kit, '--strip-components=1'])
  // As installed; links, so that no registry is asked.
  mkdirSync(join(folder, 'node_modules', '@types'))
  for (const name of ['undici', 'undici-types', '@types/node']) {
    symlinkSync(join(modules, name), join(folder, 'node_modules', name))
  }
  const own = join(folder, 'torpedo')
  cpSync(join(import.meta.dirname, 'sms'), own, { recursive: true })
  return {
    folder,
    package: own,
    run(...args) {
      // A runner inside a runner would speak to it in bytes.
      const { NODE_TEST_CONTEXT: _, ...env } = process.env
      return execFileSync(process.execPath, args, { cwd: own, env, encoding: 'utf8' })
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Of TypeScript 7, whose program is a launcher in JavaScript. */
export const tsc = join(modules, 'typescript', 'bin', 'tsc')
