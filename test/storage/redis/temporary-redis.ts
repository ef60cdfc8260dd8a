import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'

/** A Redis of this test alone, on a free port; it keeps nothing on the disk. */
export interface TemporaryRedis {
  readonly url: string
  /** As a crash would: what it held is gone. */
  stop(): Promise<void>
  start(): Promise<void>
  /** It takes connections and answers nobody, as a machine that hangs. */
  freeze(): void
  thaw(): void
  remove(): Promise<void>
}

/** Undefined where no redis-server is installed. */
export async function temporaryRedis(): Promise<TemporaryRedis | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'c4a-redis-'))
  const port = await freePort()
  let server: ChildProcess | undefined

  async function start(): Promise<void> {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
    const started = spawn('redis-server', [...args, '--save', '', '--appendonly', 'no'])
    server = started
    await new Promise<void>((resolve, reject) => {
      let said = ''
      started.stdout.on('data', (chunk: Buffer) => {
        said += chunk
        if (said.includes('Ready to accept connections')) resolve()
      })
      started.once('error', reject) // not installed
      started.once('exit', () => reject(new Error(said)))
    })
  }

  async function stop(): Promise<void> {
    const running = server
    server = undefined
    if (!running || running.exitCode !== null) return
    const exit = new Promise<void>((resolve) => running.once('exit', () => resolve()))
    running.kill('SIGKILL')
    await exit
  }

  try {
    await start()
  } catch (error) {
    rmSync(folder, { recursive: true })
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    stop,
    freeze: () => server?.kill('SIGSTOP'),
    thaw: () => server?.kill('SIGCONT'),
    async remove() {
      await stop()
      rmSync(folder, { recursive: true })
    },
  }
}
