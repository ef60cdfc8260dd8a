import { connect, type Socket } from 'node:net'
import { Latencies, type LatencySummary } from './latencies.ts'

/** What the generator is to do; all times in milliseconds. */
export interface HttpJob {
  readonly port: number
  readonly path: string
  readonly key: string
  /** Besides those that every request has. */
  readonly headers?: Readonly<Record<string, string>>
  readonly connections: number
  /** Sent round robin. */
  readonly bodies: readonly string[]
  readonly expect: number
  readonly warmMs: number
  readonly runMs: number
  /** Requests a second, sent on schedule whether or not answers have come; closed loop when absent. */
  readonly rate?: number
  /** Ends after so many requests instead of after `runMs`. */
  readonly requests?: number
}

export interface LoadResult {
  readonly requests: number
  readonly perSecond: number
  readonly elapsedMs: number
  readonly latency: LatencySummary
}

/**
 * A load generator that costs little: requests are bytes made before, answers are read as far as their
 * status and length. With a rate it is an open loop: a request that could not leave on time, because all
 * connections waited, still counts from when it was due (no coordinated omission).
 */
export async function httpLoad(job: HttpJob): Promise<LoadResult> {
  const requests = job.bodies.map((body) => requestBytes(job, body))
  const sockets = await Promise.all(Array.from({ length: job.connections }, () => opened(job.port)))
  try {
    return await run(job, requests, sockets)
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}

function run(
  job: HttpJob,
  requests: readonly Buffer[],
  sockets: readonly Socket[],
): Promise<LoadResult> {
  const { warmMs, runMs, rate, expect, requests: total = Number.POSITIVE_INFINITY } = job
  const latencies = new Latencies()
  const startMs = performance.now()
  const fromMs = startMs + warmMs
  const untilMs = fromMs + runMs
  let asked = 0
  let answered = 0
  let counted = 0

  return new Promise((resolve, reject) => {
    const idle: ((dueMs: number) => void)[] = []
    const due: number[] = []
    let timer: NodeJS.Timeout | undefined

    const finish = () => {
      clearInterval(timer)
      const elapsedMs = Math.min(performance.now(), untilMs) - fromMs
      const perSecond = (counted / elapsedMs) * 1000
      resolve({ requests: counted, perSecond, elapsedMs, latency: latencies.summary() })
    }

    for (const socket of sockets) {
      let dueMs = 0
      const send = (nowMs: number) => {
        dueMs = nowMs
        const bytes = requests[asked++ % requests.length]
        if (bytes) socket.write(bytes)
      }
      const next = answers(expect, reject, () => {
        const nowMs = performance.now()
        answered++
        if (nowMs >= fromMs && nowMs < untilMs) {
          counted++
          latencies.add(nowMs - dueMs)
        }
        if (nowMs >= untilMs || answered >= total) return finish()
        if (rate === undefined) return asked < total ? send(nowMs) : undefined
        const waiting = due.shift()
        if (waiting === undefined) idle.push(send)
        else send(waiting)
      })
      socket.on('data', next)
      socket.on('close', () => reject(new Error('the server closed a connection')))
      if (rate === undefined) send(startMs)
      else idle.push(send)
    }
    if (rate === undefined) return

    let sent = 0
    // Node's timers are a millisecond coarse: each tick sends what has become due since.
    timer = setInterval(() => {
      const nowMs = performance.now()
      for (; sent < ((nowMs - startMs) / 1000) * rate; sent++) {
        const dueMs = startMs + (sent / rate) * 1000
        const send = idle.pop()
        if (send) send(dueMs)
        else due.push(dueMs)
      }
      if (nowMs >= untilMs) finish()
    }, 1)
  })
}

function requestBytes({ path, key, port, headers = {} }: HttpJob, body: string): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `Authorization: Bearer ${key}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** Reads answers off one connection, one under way at a time, each with a Content-Length. */
function answers(expect: number, fail: (error: Error) => void, onAnswer: () => void) {
  let left: Buffer | null = null
  let missing = 0
  return (chunk: Buffer): void => {
    if (missing > 0) {
      missing -= chunk.length
      if (missing <= 0) onAnswer()
      return
    }
    const bytes: Buffer = left ? Buffer.concat([left, chunk]) : chunk
    left = null
    const end = bytes.indexOf('\r\n\r\n')
    if (end < 0) {
      left = bytes
      return
    }
    const head = bytes.toString('latin1', 0, end)
    if (Number(head.slice(9, 12)) !== expect) {
      fail(new Error(`expected ${expect}, got: ${bytes.toString('utf8', 0, 600)}`))
      return
    }
    const at = head.search(/content-length: /i)
    missing = end + 4 + Number.parseInt(head.slice(at + 16), 10) - bytes.length
    if (missing <= 0) onAnswer()
  }
}

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })
}
