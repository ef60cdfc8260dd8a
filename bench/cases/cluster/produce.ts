import type { ClusterCase } from '../../cluster/cluster-case.ts'
import { javaProducer } from '../../cluster/java-producer.ts'
import { alternate } from '../../harness/alternate.ts'
import type { Figure } from '../../harness/figure.ts'
import { formatted } from '../../harness/format.ts'
import { median } from '../../harness/median.ts'
import { withChildren } from '../../harness/with-children.ts'

const topic = 'bench.produced'
/** Some 500 bytes, as a message of ours has with its key and headers. */
const size = 500
const kafkas = {
  'as it comes': [],
  'with batches of 512 KB': ['batch.size=524288'],
} as const

/**
 * C1: appends against `kafka-producer-perf-test`, which is Kafka's own, on the same brokers: values of 500 bytes, 12
 * partitions, all replicas in sync acknowledge, idempotent. Ours is asked as stages ask it, a thousand records a call and
 * four calls under way; Kafka's takes them one by one, once with its own defaults (batches of 16 KB, 5 ms of linger) and
 * once with batches as large as ours may get. Its rate is its own report, without the first fifth, in which the JVM
 * warms up.
 */
export const produce: ClusterCase = {
  targets: ['C1'],
  title: "appends against Kafka's own producer",
  async run(servers, { effort, say }) {
    const records = effort.messages
    await servers.broker.ensureTopics([
      { name: topic, partitions: 12, cleanup: 'delete', retentionMs: 60_000 },
    ])
    const child = { script: 'servers/appender.ts', core: null, env: servers.environment }
    return withChildren([child], async (ours) => {
      const figures: Figure[] = []
      for (const [how, settings] of Object.entries(kafkas)) {
        const micros = { ours: [] as number[], bare: [] as number[] }
        const append = async () => {
          const usage = () => ours.ask<{ cpuMicros: number }>({ ask: 'usage' })
          const before = await usage()
          const rate = await ours.ask<number>({ ask: 'append', topic, records, size })
          micros.ours.push(((await usage()).cpuMicros - before.cpuMicros) / records)
          return rate
        }
        const bare = async () => {
          const load = { topic, records, size, settings }
          const { perSecond, cpuMicros } = await javaProducer(servers, load)
          micros.bare.push(cpuMicros)
          return perSecond
        }
        const compared = await alternate(Math.min(effort.rounds, 3), append, bare, (round, a, b) =>
          say(`${how}, ${round}: ${formatted(a, '/s')} against ${formatted(b, '/s')}`),
        )
        const [a, b] = [micros.ours, micros.bare].map((each) => formatted(median(each), 'us'))
        figures.push({
          target: 'C1',
          what: `appends over kafka-producer-perf-test ${how}`,
          value: compared.ratio,
          unit: 'x',
          spread: compared.spread,
          beside: `${formatted(compared.ours, '/s')} against ${formatted(compared.bare, '/s')}; CPU of the client a record ${a} against ${b}, the JVM's start included`,
          better: 'higher',
        })
      }
      return figures
    })
  },
}
