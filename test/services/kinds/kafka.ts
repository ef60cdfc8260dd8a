import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Plan } from '../plan.ts'
import { java } from '../programs/java.ts'
import { mavenClassPath } from '../programs/maven.ts'
import { runProgram } from '../programs/run-program.ts'
import type { RealService } from '../real-service.ts'
import { brokersSeenBy } from './kafka-metadata.ts'
import { kafkaProperties } from './kafka-properties.ts'

const version = '4.3.1'
const brokers = ['kafka-1', 'kafka-2', 'kafka-3']

/** Three brokers, each a controller as well, that keep a record on two before they acknowledge it. */
export const kafka: RealService = {
  name: 'kafka',
  title: `three Apache Kafka ${version} brokers (KRaft, replication 3, two in sync)`,
  servers: Object.fromEntries(brokers.map((broker) => [broker, ['client', 'controller']])),
  stopSignal: 'SIGTERM',
  // In good order the last two would wait for a quorum that is gone.
  abandonSignal: 'SIGKILL',

  async install(fetch) {
    const program = await java(17, fetch)
    const classPath = await mavenClassPath(
      `kafka-${version}`,
      [
        `org.apache.kafka:kafka_2.13:${version}`,
        // Its own command line: kafka-producer-perf-test among it, which we measure ourselves against.
        `org.apache.kafka:kafka-tools:${version}`,
        // Kafka logs through SLF4J 1.7. Without a binding a broker is silent.
        'org.apache.logging.log4j:log4j-slf4j-impl:2.25.4',
      ],
      fetch,
    )
    return { java: program, classPath }
  },

  async create(plan, signal) {
    const clusterId = randomBytes(16).toString('base64url')
    await Promise.all(
      brokers.map(async (broker) => {
        const folder = join(plan.folder, broker)
        mkdirSync(folder)
        const properties = join(folder, 'server.properties')
        writeFileSync(properties, kafkaProperties(plan, broker, brokers))
        // In one word: an id may begin with a dash, and would be taken for another option.
        const format = ['format', `--cluster-id=${clusterId}`, '--config', properties]
        await runProgram(
          plan.programs['java'] ?? '',
          [...toolFlags(plan), 'kafka.tools.StorageTool', ...format],
          { signal, cwd: folder },
        )
      }),
    )
  },

  command: (plan, broker) => ({
    program: plan.programs['java'] ?? '',
    args: [
      '-Xms1g',
      '-Xmx1g',
      ...collector,
      '-Djava.awt.headless=true',
      '-Dlog4j2.level=INFO',
      '-cp',
      plan.programs['classPath'] ?? '',
      'kafka.Kafka',
      join(plan.folder, broker, 'server.properties'),
    ],
  }),

  async probe(plan, broker, signal) {
    const seen = await brokersSeenBy(plan.ports[broker]?.['client'] ?? 0, signal)
    if (!seen.includes(broker)) throw new Error('has not joined its cluster yet')
    return `sees ${seen.join(', ')}`
  },

  /** A broker serves before the others have heard of it; a topic of replication 3 needs all three. */
  async furnish(plan, signal) {
    for (;;) {
      const seen = await Promise.all(
        brokers.map((broker) => brokersSeenBy(plan.ports[broker]?.['client'] ?? 0, signal)),
      )
      if (seen.every((those) => those.length === brokers.length)) return
      await wait(100, undefined, { signal })
    }
  },

  environment: (plan) => ({
    C4A_TEST_KAFKA: brokers.map((broker) => `127.0.0.1:${plan.ports[broker]?.['client']}`).join(),
  }),
}

/**
 * Three brokers share a machine of few processors with all that asks them, so what they collect their garbage with must cost
 * little. G1, which Kafka's start script has, does part of it on threads beside: a gateway got 1,800 single sends a second
 * through, and 2,400 with this (one run each). The heap is large so that requests die young: in 384 MB a collection of all
 * of it stopped a broker for 130 to 205 ms every twenty seconds, and each append that it leads with it. What lives through
 * one collection is no request but lives on, and is copied no more; and classes have room from the start, or loading them
 * causes collections of everything.
 */
const collector = [
  '-XX:+UseSerialGC',
  '-Xmn512m',
  '-XX:MaxTenuringThreshold=1',
  '-XX:MetaspaceSize=96m',
]

/** A tool runs for a second: no time to optimise its code, and less to start it. */
const toolFlags = (plan: Plan) => [
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Dlog4j2.level=WARN',
  '-cp',
  plan.programs['classPath'] ?? '',
]
