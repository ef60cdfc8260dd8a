import { join } from 'node:path'
import type { Plan } from '../plan.ts'

/** The `server.properties` of one broker. */
export function kafkaProperties(plan: Plan, broker: string, brokers: readonly string[]): string {
  const port = (of: string, purpose: string) => plan.ports[of]?.[purpose]
  const client = `PLAINTEXT://127.0.0.1:${port(broker, 'client')}`
  const voters = brokers.map((voter, at) => `${at + 1}@127.0.0.1:${port(voter, 'controller')}`)
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': brokers.indexOf(broker) + 1,
    listeners: `${client},CONTROLLER://127.0.0.1:${port(broker, 'controller')}`,
    'advertised.listeners': client,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.quorum.voters': voters.join(),
    'log.dirs': join(plan.folder, broker, 'data'),

    // The promise of the hub: acknowledged is on two of three.
    'default.replication.factor': 3,
    'min.insync.replicas': 2,
    'unclean.leader.election.enable': false,
    'offsets.topic.replication.factor': 3,
    'transaction.state.log.replication.factor': 3,
    'transaction.state.log.min.isr': 2,
    'share.coordinator.state.topic.replication.factor': 3,
    'share.coordinator.state.topic.min.isr': 2,
    'auto.create.topics.enable': false,

    // A broker that is gone is noticed after this (9 s unless set): what waits for it waits no longer. Where it is the
    // active controller, another must be there first (2 s unless set). docs/kafka.md says what it costs.
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
    'controller.quorum.fetch.timeout.ms': 1000,
    // Two that miss it at once vote for themselves, and try again after this (1 s unless set), and once more as much.
    'controller.quorum.election.timeout.ms': 500,
    // A follower that asks the new leader before that one knows of it asks again after this (1 s unless set); what was
    // appended meanwhile waits for it.
    'replica.fetch.backoff.ms': 200,
    // Each fetch of a follower walks through all partitions of its session, and each of ours has hundreds: with one fetcher
    // for each leader (unless set) that was most of what brokers worked. Where answered fetches wait to be swept away, a
    // thousand of them (unless set) are 40 MB that every collection of garbage copies. docs/kafka.md has the figures.
    'num.replica.fetchers': 6,
    'fetch.purgatory.purge.interval.requests': 50,
    'group.initial.rebalance.delay.ms': 0,

    // What is due for retention or compaction goes soon (5 minutes and 15 seconds unless set): tests wait for it.
    'log.initial.task.delay.ms': 500,
    'log.retention.check.interval.ms': 500,
    'log.segment.delete.delay.ms': 100,
    'log.cleaner.backoff.ms': 200,

    // Small: three of them share a developer's machine.
    'num.partitions': 3,
    'offsets.topic.num.partitions': 6,
    'transaction.state.log.num.partitions': 3,
    'share.coordinator.state.topic.num.partitions': 3,
    'num.io.threads': 4,
    'num.network.threads': 2,
    'background.threads': 4,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
  }
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
