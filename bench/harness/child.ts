import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { pinnedTo } from './pin.ts'

export interface ChildOptions {
  /** Relative to bench/. */
  readonly script: string
  readonly args?: readonly string[]
  /** Null leaves it to the system. */
  readonly core: 0 | 1 | null
  readonly env?: Readonly<Record<string, string>>
}

/** A process of ours that answers questions over its IPC channel. It ends when this process does. */
export interface Child {
  /** What it said when it was ready. */
  readonly hello: Readonly<Record<string, unknown>>
  ask<Answer>(question: object): Promise<Answer>
  /** Lets it close what it holds; resolves when it has ended. */
  stop(): Promise<void>
}

const profileDir = process.env['BENCH_CPU_PROF']

/** Starts it and waits for its first word. Rejects when it ends before. */
export async function startChild({ script, args = [], core, env }: ChildOptions): Promise<Child> {
  const profiling = profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`] : []
  const file = join(import.meta.dirname, '..', script)
  // As this process was started, by the launcher: ours and the bare baselines alike.
  const flags = [...process.execArgv, ...profiling]
  const [command = process.execPath, ...rest] = [
    ...pinnedTo(core),
    process.execPath,
    ...flags,
    file,
    ...args,
  ]
  const child = spawn(command, rest, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  })
  const gone = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      reject(new Error(`${script} ended with ${code ?? signal}`)),
    )
  })
  gone.catch(() => {}) // whoever asks hears it
  const hello = await Promise.race([nextMessage(child), gone])
  return {
    hello: hello as Readonly<Record<string, unknown>>,
    async ask<Answer>(question: object) {
      const answer = nextMessage(child)
      child.send(question)
      // Both sides of the channel are files of this folder.
      return (await Promise.race([answer, gone])) as Answer
    },
    async stop() {
      const ended = gone.catch(() => {})
      if (child.connected) child.send({ ask: 'stop' })
      await ended
    },
  }
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('message', resolve))
}
