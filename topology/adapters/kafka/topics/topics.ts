import type { Admin, Kafka } from 'kafkajs'
import type { TopicSpec } from '../../../ports/broker.ts'
import { logFaults } from '../../embedded/log-faults.ts'
import { kafkaFaults } from '../kafka-faults.ts'
import type { KafkaSettings } from '../kafka-options.ts'
import type { Connection } from '../wire/connection.ts'
import { kafkaError } from '../wire/kafka-error.ts'
import { alterConfigsRequest, type TopicConfig, topicResource } from './alter-configs-request.ts'
import { createdConfig, keptConfig } from './topic-config.ts'

const leadersPatienceMs = 20_000
const createWithinMs = 20_000

/** Creates topics and keeps their settings. */
export class Topics {
  readonly #connection: Connection
  readonly #settings: KafkaSettings
  readonly #admin: Admin

  constructor(kafka: Kafka, connection: Connection, settings: KafkaSettings) {
    this.#connection = connection
    this.#settings = settings
    this.#admin = kafka.admin()
  }

  async ensure(specs: readonly TopicSpec[]): Promise<void> {
    for (const { name, partitions } of specs) {
      if (!Number.isInteger(partitions) || partitions < 1) {
        throw logFaults.badPartitions(name, partitions)
      }
    }
    if (specs.length === 0) return
    try {
      await this.#connection.discover(specs.map(({ name }) => name))
      const exists = ({ name }: TopicSpec) => this.#connection.partitions(name) !== undefined
      const missing = specs.filter((spec) => !exists(spec))
      refuseMismatches(specs.filter(exists), this.#connection)
      await this.#onceKnown(() => this.#bringUpToDate(specs.filter(exists)))
      if (missing.length === 0) return
      await this.#create(missing)
      await this.#untilLed(missing)
      // Another may have been quicker, and have wanted something else.
      refuseMismatches(missing, this.#connection)
    } catch (error) {
      throw kafkaFaults.of('The topics could not be brought into being', error)
    }
  }

  async list(): Promise<readonly TopicSpec[]> {
    try {
      await this.#admin.connect()
      const names = (await this.#admin.listTopics()).filter((name) => !name.startsWith('__'))
      await this.#connection.discover(names)
      const configs = await this.#configs(names)
      return names.map((name) => {
        const config = configs.get(name)
        return {
          name,
          partitions: this.#connection.partitions(name) ?? 0,
          cleanup: config?.get('cleanup.policy')?.includes('compact') ? 'compact' : 'delete',
          retentionMs: Number(config?.get('retention.ms') ?? -1),
        }
      })
    } catch (error) {
      throw kafkaFaults.of('The topics cannot be listed', error)
    }
  }

  async close(): Promise<void> {
    await this.#admin.disconnect()
  }

  async #create(specs: readonly TopicSpec[]): Promise<void> {
    await this.#admin.connect()
    await this.#admin.createTopics({
      waitForLeaders: false,
      timeout: createWithinMs,
      topics: specs.map((spec) => ({
        topic: spec.name,
        numPartitions: spec.partitions,
        replicationFactor: this.#settings.replication,
        configEntries: Object.entries(createdConfig(spec, this.#settings)).map(([name, value]) => ({
          name,
          value,
        })),
      })),
    })
  }

  async #untilLed(specs: readonly TopicSpec[]): Promise<void> {
    const untilMs = Date.now() + leadersPatienceMs
    const isLed = ({ name }: TopicSpec) => {
      const count = this.#connection.partitions(name) ?? 0
      const led = (partition: number) =>
        this.#connection.leader({ topic: name, partition }) !== undefined
      return count > 0 && Array.from({ length: count }, (_, partition) => partition).every(led)
    }
    for (;;) {
      await this.#connection.discover(specs.map(({ name }) => name))
      const unled = specs.find((spec) => !isLed(spec))
      if (!unled) return
      if (Date.now() > untilMs) {
        throw logFaults.unreachable(
          `Topic '${unled.name}' was created and cannot be used`,
          'its partitions have no leaders',
        )
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** A topic that is a moment old is not known to every broker. */
  async #onceKnown(ask: () => Promise<void>): Promise<void> {
    const untilMs = Date.now() + leadersPatienceMs
    for (;;) {
      try {
        await ask()
        return
      } catch (error) {
        if (kafkaError(error).type !== 'UNKNOWN_TOPIC_OR_PARTITION' || Date.now() > untilMs) {
          throw error
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async #bringUpToDate(specs: readonly TopicSpec[]): Promise<void> {
    if (specs.length === 0) return
    await this.#admin.connect()
    const present = await this.#configs(specs.map(({ name }) => name))
    const changes = specs.flatMap((spec): TopicConfig[] => {
      const entries = Object.fromEntries(
        Object.entries(keptConfig(spec)).filter(
          ([name, value]) => present.get(spec.name)?.get(name) !== value,
        ),
      )
      return Object.keys(entries).length > 0 ? [{ topic: spec.name, entries }] : []
    })
    if (changes.length === 0) return
    const [refusal] = await this.#connection.askAny((node) =>
      node.connectionPool.send(alterConfigsRequest(changes)),
    )
    if (refusal) throw new Error(`topic '${refusal.topic}': ${refusal.message}`)
  }

  async #configs(names: readonly string[]): Promise<Map<string, Map<string, string>>> {
    if (names.length === 0) return new Map()
    const { resources } = await this.#admin.describeConfigs({
      includeSynonyms: false,
      resources: names.map((name) => ({
        type: topicResource,
        name,
        configNames: ['cleanup.policy', 'retention.ms'],
      })),
    })
    return new Map(
      resources.map(({ resourceName, configEntries }) => [
        resourceName,
        new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
      ]),
    )
  }
}

function refuseMismatches(specs: readonly TopicSpec[], connection: Connection): void {
  for (const { name, partitions } of specs) {
    const has = connection.partitions(name) ?? 0
    if (has !== partitions) throw logFaults.topicMismatch(name, has, partitions)
  }
}
