import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDataFolder } from '../../topology/adapters/file-log/data-folder.ts'
import { fileBroker } from '../../topology/adapters/file-log/file-broker.ts'
import { systemClock } from '../../topology/adapters/system-clock.ts'
import type { NewRecord } from '../../topology/contract/record.ts'
import type { Broker } from '../../topology/ports/broker.ts'
import { rawFrame, rawLog, replayRaw } from './raw-log.ts'

export interface LogOptions {
  readonly rounds?: number
  /** How long each measurement runs, milliseconds. */
  readonly runMs?: number
  /** Records written for the replay. */
  readonly replayRecords?: number
}

export interface LogResult {
  /** P7: acknowledgements a second of single appends, by awaiting callers; `bare` is writev + fdatasync of as many records. */
  readonly acks: readonly { readonly callers: number; readonly figures: Compared }[]
  /** Records a second of one caller that appends so many at a time. */
  readonly batches: readonly { readonly size: number; readonly figures: Compared }[]
  /** Records a second through a consumer group that starts while one caller appends 1,000 at a time. */
  readonly tailPerSecond: number
  /** P8: opening and handing over all records from the file, against reading a file and checking CRCs; records a second. */
  readonly replay: Compared
  readonly reopenMs: number
}

export interface Compared {
  /** Medians of the rounds. */
  readonly ours: number
  readonly bare: number
  /** Median of the rounds' own ratios: each compares two runs that stood side by side. */
  readonly ratio: number
  /** Processor time of all threads per record, microseconds. */
  readonly cpuMicros: number
}

interface Run {
  readonly perSecond: number
  readonly cpuMicros: number
}

const topic = 'bench'
const value = new Uint8Array(300).fill(65)

/** P7 and P8: the durable log against a bare file with fsync, in alternating runs on the same disk. */
export async function log(options: LogOptions = {}): Promise<LogResult> {
  const { rounds = 3, runMs = 1000, replayRecords = 200_000 } = options
  const folder = await mkdtemp(join(tmpdir(), 'bench-log-'))
  try {
    const opened = await openDataFolder(join(folder, 'data'))
    const broker = fileBroker(opened, systemClock)
    await ensureTopic(broker)
    const bare = await rawLog(join(folder, 'raw'))
    const frame = rawFrame(new Uint8Array(500))
    const ours = (callers: number, size: number) =>
      measured(callers, size, runMs, (n) => broker.append(records(n)))
    const raw = (size: number) =>
      measured(1, size, runMs, (n) => bare.append(Array.from({ length: n }, () => frame)))

    const acks = []
    for (const callers of [1, 64, 1000]) {
      acks.push({
        callers,
        figures: await compared(
          rounds,
          () => ours(callers, 1),
          () => raw(callers),
        ),
      })
    }
    const batches = []
    for (const size of [100, 1000]) {
      batches.push({
        size,
        figures: await compared(
          rounds,
          () => ours(1, size),
          () => raw(size),
        ),
      })
    }
    const tailPerSecond = await tail(broker, runMs)
    await bare.close()
    await broker.close()
    await opened.close()
    return { acks, batches, tailPerSecond, ...(await replayed(folder, rounds, replayRecords)) }
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function ensureTopic(broker: Broker): Promise<void> {
  await broker.ensureTopics([
    { name: topic, partitions: 12, cleanup: 'delete', retentionMs: 86_400_000 },
  ])
}

let number = 0

/** Some 500 bytes as stored, with the headers a message has. */
function records(count: number): NewRecord[] {
  return Array.from({ length: count }, () => {
    const n = number++
    const headers = {
      'c4a-tenant': 'acme',
      'c4a-message-id': `m-${n}`,
      'c4a-submission-id': `0190aaaa-bbbb-7ccc-8ddd-${n}`,
      'c4a-conversation': `conversation-${n % 5000}`,
      'c4a-accepted-at': '1800000000000',
      'c4a-digest': '0123456789abcdef0123456789abcdef',
    }
    return { topic, key: `acme/conversation-${n % 5000}`, value, headers }
  })
}

async function measured(
  callers: number,
  size: number,
  runMs: number,
  append: (count: number) => Promise<unknown>,
): Promise<Run> {
  let count = 0
  const startMs = performance.now()
  const cpu = process.cpuUsage()
  const caller = async () => {
    do {
      await append(size)
      count += size
    } while (performance.now() - startMs < runMs)
  }
  await Promise.all(Array.from({ length: callers }, caller))
  const { user, system } = process.cpuUsage(cpu)
  const perSecond = (count / (performance.now() - startMs)) * 1000
  return { perSecond, cpuMicros: (user + system) / count }
}

async function compared(
  rounds: number,
  ours: () => Promise<Run>,
  bare: () => Promise<Run>,
): Promise<Compared> {
  const pairs: { ours: Run; bare: Run }[] = []
  for (let round = 0; round <= rounds; round++) {
    // Which goes first alternates, so that neither always has the disk as the other left it.
    const first = round % 2 === 0 ? await ours() : null
    const other = await bare()
    const pair = { ours: first ?? (await ours()), bare: other }
    if (round > 0) pairs.push(pair) // the first round only warms up
  }
  return {
    ours: median(pairs.map((pair) => pair.ours.perSecond)),
    bare: median(pairs.map((pair) => pair.bare.perSecond)),
    ratio: median(pairs.map((pair) => pair.ours.perSecond / pair.bare.perSecond)),
    cpuMicros: median(pairs.map((pair) => pair.ours.cpuMicros)),
  }
}

async function tail(broker: Broker, runMs: number): Promise<number> {
  let handed = 0
  const consumer = await broker.subscribe(
    { group: 'tail', topics: [topic], from: 'latest', revokeTimeoutMs: 1000 },
    {
      async onAssign() {},
      async onRevoke() {},
      onRecords(_, batch) {
        handed += batch.length
      },
    },
  )
  const run = await measured(4, 1000, runMs, (n) => broker.append(records(n)))
  await consumer.close()
  return Math.min(run.perSecond, (handed / runMs) * 1000)
}

async function replayed(folder: string, rounds: number, count: number) {
  const path = join(folder, 'replay-raw')
  const bare = await rawLog(path)
  const data = join(folder, 'replay')
  let opened = await openDataFolder(data)
  let broker = fileBroker(opened, systemClock)
  await ensureTopic(broker)
  const frames = Array.from({ length: 1000 }, () => rawFrame(new Uint8Array(500)))
  for (let written = 0; written < count; written += 1000) {
    await broker.append(records(1000))
    await bare.append(frames)
  }
  await bare.close()
  const reopened: number[] = []
  const ours = async (): Promise<Run> => {
    await broker.close()
    await opened.close()
    const startMs = performance.now()
    opened = await openDataFolder(data)
    broker = fileBroker(opened, systemClock)
    reopened.push(performance.now() - startMs)
    return measured(1, count, 0, () => readAll(broker))
  }
  const figures = await compared(rounds, ours, () => measured(1, count, 0, () => replayRaw(path)))
  await broker.close()
  await opened.close()
  return { replay: figures, reopenMs: median(reopened) }
}

async function readAll(broker: Broker): Promise<void> {
  for (const { partition, next } of await broker.ends(topic)) {
    for (let offset = 0; offset < next; ) {
      const read = await broker.read(
        { topic, partition, offset },
        { maxRecords: 500, maxWaitMs: 0 },
      )
      offset = (read.at(-1)?.offset ?? next) + 1
    }
  }
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? 0
}
