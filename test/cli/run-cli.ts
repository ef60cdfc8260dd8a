import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

export type Environment = Readonly<Record<string, string>>

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command as a process of its own, through the launcher, in a group of its own as a shell would have it. */
export interface RunningCli {
  readonly ended: Promise<Ended>
  /** Resolves with stdout and stderr so far as soon as they match; fails when the command ends before. */
  said(pattern: RegExp): Promise<string>
  /** As Ctrl-C does: to the whole group. */
  interrupt(): void
  /** For the end of a test, however it ends: nothing of it stays behind. */
  destroy(): void
  /** As a supervisor does: to the launcher. */
  kill(signal: NodeJS.Signals): void
}

export function startCli(args: readonly string[], environment: Environment = {}): RunningCli {
  const child = spawn(process.execPath, [join(root, 'bin', 'chat4all.js'), ...args], {
    cwd: root,
    detached: true,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  const listeners = new Set<() => void>()
  const hear = () => {
    for (const listener of listeners) listener()
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    hear()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    hear()
  })
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      resolve({ code, stdout, stderr })
      hear()
    })
  })
  return {
    ended,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const all = stdout + stderr
          if (pattern.test(all)) resolve(all)
          else if (hasEnded(child)) reject(new Error(`it ended without saying ${pattern}:\n${all}`))
          else return
          listeners.delete(look)
        }
        listeners.add(look)
        look()
      }),
    interrupt: () => signalGroup(child, 'SIGINT'),
    destroy() {
      try {
        signalGroup(child, 'SIGKILL')
      } catch {
        // all of it has ended already
      }
    },
    kill: (signal) => child.kill(signal),
  }
}

export const runCli = (args: readonly string[], environment: Environment = {}): Promise<Ended> =>
  startCli(args, environment).ended

/** What every ending must be: no stack, and no secret. */
export function assertClean({ stdout, stderr }: Ended, ...secrets: readonly string[]): void {
  const all = stdout + stderr
  assert.doesNotMatch(all, /^\s+at .+:\d+/m, 'a stack is shown')
  assert.ok(!all.includes('\u001b'), 'there are colours where nobody looks')
  for (const secret of secrets) assert.ok(!all.includes(secret), 'a secret is shown')
}

const hasEnded = ({ exitCode, signalCode, stdout }: ChildProcess) =>
  (exitCode !== null || signalCode !== null) && stdout?.readableEnded === true

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  assert.ok(pid)
  process.kill(-pid, signal)
}
