import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { benchKey } from '../harness/bench-key.ts'
import type { Case, CaseTools } from '../harness/case.ts'
import type { Figure, Spread } from '../harness/figure.ts'
import { formatted } from '../harness/format.ts'
import { median } from '../harness/median.ts'
import { targets } from '../harness/targets.ts'
import { tempFolder } from '../harness/temp-folder.ts'
import { sendBody } from '../load/send-bodies.ts'

const root = join(import.meta.dirname, '..', '..')
const command = join(root, 'cli', 'main.ts')
/** As bin/chat4all.js sets it, for whoever starts by the command or `npm start`. */
const compileCache = join(root, 'node_modules', '.cache', 'chat4all')

interface Start {
  /** From spawning the process to the first 202, milliseconds. */
  readonly acceptMs: number
  /** Until the tables answer, too. */
  readonly wholeMs: number
  /** Of the process at its first 202; the tables' thread is loading meanwhile. */
  readonly rssMb: number
}

/**
 * P17: `chat4all start` from nothing to its first 202 on stable storage, and until the embedded tables answer;
 * on an empty folder and on the one that is there then. The shipped pipeline.yaml with its simulator;
 * the command's own Node with the launcher's compile cache, without the launcher before it. The floor under it, `node -e 0`, stands beside.
 */
export const coldStart: Case = {
  targets: ['P17'],
  title: 'cold start',
  async run({ effort, say }: CaseTools): Promise<readonly Figure[]> {
    const fresh: Start[] = []
    const again: Start[] = []
    const nodes: number[] = []
    for (let round = 1; round <= effort.rounds; round++) {
      const folder = tempFolder('start')
      fresh.push(await started(folder))
      again.push(await started(folder))
      nodes.push(await emptyNode())
      const last = fresh.at(-1)
      say(
        `${round}/${effort.rounds}: first 202 after ${formatted(last?.acceptMs ?? Number.NaN, 'ms')}`,
      )
    }
    return figures(fresh, again, median(nodes))
  },
}

function figures(
  fresh: readonly Start[],
  again: readonly Start[],
  nodeMs: number,
): readonly Figure[] {
  const figure = (starts: readonly Start[], field: keyof Start) => {
    const all = starts.map((start) => start[field])
    const spread: Spread = { min: Math.min(...all), max: Math.max(...all) }
    return {
      target: 'P17',
      value: median(all),
      spread,
      unit: field === 'rssMb' ? 'MB' : 'ms',
    } as const
  }
  const kept = (field: keyof Start) => median(again.map((start) => start[field]))
  const beside = (field: keyof Start) => `${formatted(kept(field), 'ms')} on a folder that is there`
  return [
    {
      ...figure(fresh, 'acceptMs'),
      what: 'empty folder, spawn to first 202',
      beside: `${beside('acceptMs')}; an empty node takes ${formatted(nodeMs, 'ms')}`,
      ...targets.coldAcceptMs,
    },
    {
      ...figure(fresh, 'wholeMs'),
      what: '... until the tables answer',
      beside: beside('wholeMs'),
      ...targets.coldWholeMs,
    },
    {
      ...figure(fresh, 'rssMb'),
      what: 'memory at the first 202',
      beside: 'resident, with all threads; the thread of the tables has begun to load',
      ...targets.coldRssMb,
    },
  ]
}

async function started(folder: string): Promise<Start> {
  const port = await freePort()
  const startMs = performance.now()
  const hub = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', command, 'start'], {
    stdio: 'ignore',
    env: {
      ...process.env,
      C4A_HTTP_PORT: String(port),
      C4A_GRPC_PORT: '0',
      C4A_SIMULATOR_PORT: '0',
      C4A_REGISTRY_PORT: '0',
      C4A_DATA_DIR: folder,
      C4A_BOOTSTRAP_KEY: benchKey,
      NODE_COMPILE_CACHE: compileCache,
    },
  })
  const kill = () => hub.kill('SIGKILL')
  process.prependOnceListener('exit', kill)
  try {
    const base = `http://127.0.0.1:${port}`
    await until(hub, async () => (await send(base)).status === 202)
    const acceptMs = performance.now() - startMs
    const rssMb = await residentMb(hub.pid ?? 0)
    await until(hub, async () => (await readiness(base)).checks?.['tables'] === 'ok')
    return { acceptMs, wholeMs: performance.now() - startMs, rssMb }
  } finally {
    process.off('exit', kill)
    const ended = new Promise((resolve) => hub.once('exit', resolve))
    if (hub.exitCode === null && hub.kill('SIGTERM')) await ended
  }
}

async function until(hub: ChildProcess, holds: () => Promise<boolean>): Promise<void> {
  for (const endMs = performance.now() + 60_000; performance.now() < endMs; await sleep(5)) {
    if (hub.exitCode !== null) throw new Error(`the hub ended with ${hub.exitCode}`)
    if (await holds().catch(() => false)) return // not listening yet
  }
  throw new Error('the hub did not get ready within a minute')
}

const send = (base: string) =>
  fetch(`${base}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${benchKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(sendBody(1)),
  })

async function readiness(base: string): Promise<{ checks?: Record<string, string> }> {
  const answer = await fetch(`${base}/ready`)
  return (await answer.json()) as { checks?: Record<string, string> }
}

/** NaN where there is no /proc. */
async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024
}

async function emptyNode(): Promise<number> {
  const startMs = performance.now()
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' })
  await new Promise((resolve) => child.once('exit', resolve))
  return performance.now() - startMs
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
