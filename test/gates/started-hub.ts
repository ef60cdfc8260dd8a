import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface RunningHub {
  /** Where it was started; its data lies in `data`. */
  readonly folder: string
  readonly httpPort: number
  readonly grpcPort: number
  readonly simulatorPort: number
  /** As Ctrl-C does; what it kept is gone afterwards. Rejects when it did not end well. */
  stop(): Promise<void>
}

/** `npm start` in a folder of its own and on free ports. Resolves when it says that it is ready. */
export async function startedHub(): Promise<RunningHub> {
  const root = join(import.meta.dirname, '..', '..')
  const folder = mkdtempSync(join(tmpdir(), 'c4a-readme-'))
  const child = spawn(process.execPath, [join(root, 'bin', 'chat4all.js'), 'start'], {
    cwd: folder,
    env: {
      ...process.env,
      C4A_PIPELINE: join(root, 'pipeline.yaml'),
      C4A_HTTP_PORT: '0',
      C4A_GRPC_PORT: '0',
      C4A_SIMULATOR_PORT: '0',
      C4A_REGISTRY_PORT: '0',
      C4A_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  let said = ''
  let complained = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complained += chunk.toString()
  })
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      // The greeting's last line.
      if (/-d '\{.*\}'\n/.test(said)) resolve()
    })
  })
  await Promise.race([ready, ended])
  if (child.exitCode !== null) {
    rmSync(folder, { recursive: true, force: true })
    throw new Error(`the hub did not start: ${complained}`)
  }
  const port = (name: string) => Number(new RegExp(`${name} .*?:(\\d+)`).exec(said)?.[1])
  return {
    folder,
    httpPort: port('REST'),
    grpcPort: port('gRPC'),
    simulatorPort: port('phones'),
    async stop() {
      child.kill('SIGTERM')
      const [code] = await ended
      rmSync(folder, { recursive: true, force: true })
      if (code !== 0) throw new Error(`the hub ended with ${code}: ${complained}`)
    },
  }
}
