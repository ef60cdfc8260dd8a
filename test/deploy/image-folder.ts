import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { unprivileged } from '../services/programs/unprivileged.ts'

const root = join(import.meta.dirname, '..', '..')
export const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')

/** Lines that go on are one; comments between them are none. */
const instructions = dockerfile
  .split('\n')
  .filter((line) => !/^\s*#/.test(line))
  .join('\n')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')

/** What makes the image itself, after the stages that only prepare. */
export const lastStage = instructions.slice(
  instructions.findLastIndex((line) => line.startsWith('FROM ')),
)

/** What the image has of the repository. */
export const copied = lastStage
  .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
  .flatMap((line) => line.split(' ').slice(1, -1))

/** The JSON form of an instruction: `["program", "argument"]`. */
export function execForm(instruction: 'ENTRYPOINT' | 'HEALTHCHECK'): readonly string[] {
  return listIn(lastStage.find((one) => one.startsWith(instruction)))
}

/** What the image's build runs to compile the program, in that form. */
export const compiling = listIn(instructions.find((line) => line.startsWith('RUN [')))

function listIn(line = ''): readonly string[] {
  return JSON.parse(/\[.*\]/.exec(line)?.[0] ?? '[]')
}

/** Lays down in `app` what the image has in `/app`, with this checkout's packages, and compiled for the user it starts as. */
export function layImage(app: string): void {
  mkdirSync(app)
  for (const name of copied) cpSync(join(root, name), join(app, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(app, 'node_modules'))
  // Not of the one who lays it: temporary folders are his alone.
  chmodSync(dirname(app), 0o755)
  const compiled = join(app, 'compiled')
  mkdirSync(compiled)
  const user = unprivileged()
  if (user) chownSync(compiled, user.uid, user.gid)
  const [node = '', ...args] = compiling.map((each) => each.replace(/^\/app\b/, app))
  execFileSync(node, args, { env: {}, stdio: 'pipe', ...user })
}
