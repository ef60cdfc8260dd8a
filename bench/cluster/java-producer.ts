import { spawn } from 'node:child_process'
import type { BenchServers } from './bench-servers.ts'
import { processCpu } from './process-cpu.ts'

export interface JavaProduced {
  readonly perSecond: number
  /** Of the process a record, its start and the warm-up included. */
  readonly cpuMicros: number
  /** From a record's being asked for to its acknowledgement, milliseconds, without the warm-up. */
  readonly p99: number
}

export interface JavaLoad {
  readonly topic: string
  readonly records: number
  /** Of each value, bytes. */
  readonly size: number
  /** Besides acks=all. */
  readonly settings: readonly string[]
  /** Records a second; as many as it can unless set. */
  readonly rate?: number
  /** Records before those that count; a fifth of them unless set. */
  readonly warmup?: number
}

/** Runs Kafka's own `kafka-producer-perf-test` once. Rejects with what it wrote where it fails. */
export function javaProducer(
  { java, environment }: BenchServers,
  { topic, records, size, settings, rate = -1, warmup = Math.round(records / 5) }: JavaLoad,
): Promise<JavaProduced> {
  const child = spawn(
    java.program,
    // What the script of that name runs, with its heap.
    [
      '-Xmx512M',
      '-Dlog4j2.level=ERROR',
      '-cp',
      java.classPath,
      'org.apache.kafka.tools.ProducerPerformance',
      ...['--bootstrap-server', environment['C4A_KAFKA_BROKERS'] ?? ''],
      ...['--topic', topic, '--record-size', String(size), '--throughput', String(rate)],
      ...['--num-records', String(records + warmup), '--warmup-records', String(warmup)],
      ...['--command-property', 'acks=all', 'enable.idempotence=true', ...settings],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  }
  let cpuMicros = Number.NaN
  const looking = setInterval(() => {
    const seen = processCpu(child.pid ?? 0)
    if (!Number.isNaN(seen)) cpuMicros = seen
  }, 50)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      clearInterval(looking)
      // The last line that says so is the one without the warm-up.
      const rates = [...text.matchAll(/([\d.]+) records\/sec \(/g)]
      const perSecond = Number(rates.at(-1)?.[1])
      const p99 = Number([...text.matchAll(/([\d.]+) ms 99th/g)].at(-1)?.[1])
      if (code === 0 && perSecond > 0)
        resolve({ perSecond, cpuMicros: cpuMicros / (records + warmup), p99 })
      else reject(new Error(`kafka-producer-perf-test ended with ${code}:\n${text}`))
    })
  })
}
