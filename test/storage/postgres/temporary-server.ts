import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sendSignal } from '../../services/processes/send-signal.ts'
import { unprivileged } from '../../services/programs/unprivileged.ts'
import { freePort } from '../free-port.ts'

/** A PostgreSQL server of this test alone, on a free port. */
export interface TemporaryServer {
  readonly connectionString: string
  /** As a crash would: no answer to anybody. */
  stop(): Promise<void>
  start(): Promise<void>
  /** It takes connections and answers nobody, as a machine that hangs. */
  freeze(): void
  thaw(): void
  remove(): Promise<void>
}

/**
 * A server of its own, or a streaming standby of another. Undefined where none is installed. It refuses to
 * run as root, so root runs it as another user.
 */
export async function temporaryServer(
  standbyOf?: TemporaryServer,
): Promise<TemporaryServer | undefined> {
  const bin = binaries()
  if (bin === undefined) return undefined
  const as = unprivileged()

  const folder = mkdtempSync(join(tmpdir(), 'c4a-postgres-'))
  if (as) chownSync(folder, as.uid, as.gid)
  const data = join(folder, 'data')
  const [program, args] = standbyOf
    ? ['pg_basebackup', ['-D', data, '-N', '-R', '-c', 'fast', '-d', standbyOf.connectionString]]
    : ['initdb', ['-D', data, '-N', '-U', 'c4a', '-A', 'trust', '-E', 'UTF8']]
  execFileSync(join(bin, program), args, { ...as, cwd: folder, stdio: 'pipe' })
  const port = await freePort()
  let server: ChildProcess | undefined
  let frozen = false

  const start = async (): Promise<void> => {
    const args = ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1']
    const started = spawn(join(bin, 'postgres'), args, { ...as, cwd: folder, stdio: 'pipe' })
    server = started
    await new Promise<void>((resolve, reject) => {
      let said = ''
      started.stderr?.on('data', (chunk: Buffer) => {
        said += chunk
        if (/ready to accept (?:read-only )?connections/.test(said)) resolve()
      })
      started.once('exit', () => reject(new Error(said)))
    })
  }
  const stop = async (): Promise<void> => {
    const running = server
    server = undefined
    if (!running || running.exitCode !== null) return
    const exit = new Promise<void>((resolve) => running.once('exit', () => resolve()))
    running.kill('SIGQUIT') // immediate shutdown: recovery at the next start
    await exit
  }

  /** To it and to all that it has started; to itself first when it stops, so that it starts no other meanwhile. */
  const signal = (name: NodeJS.Signals): void => {
    const pid = server?.pid
    if (pid === undefined) return
    frozen = name === 'SIGSTOP'
    process.kill(pid, name)
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    for (const child of children.trim().split(' ')) {
      if (child !== '') sendSignal(Number(child), name)
    }
  }

  await start()
  return {
    connectionString: `postgres://c4a@127.0.0.1:${port}/postgres`,
    start,
    stop,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async remove() {
      if (frozen) signal('SIGCONT')
      await stop()
      rmSync(folder, { recursive: true })
    },
  }
}

function binaries(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort().reverse() : []
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ]
  return folders.find((folder) => existsSync(join(folder, 'initdb')))
}
