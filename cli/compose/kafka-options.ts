import type pino from 'pino'
import type { KafkaOptions } from '../../topology/adapters/kafka/kafka-options.ts'
import type { ClusterSettings } from '../cluster-settings.ts'

/** How we speak to Kafka. */
export function kafkaOptions(settings: ClusterSettings, log: pino.Logger): KafkaOptions {
  const { kafkaSasl: mechanism, kafkaUsername: username, kafkaPassword: password } = settings
  const { kafkaCa: ca, kafkaCert: cert, kafkaKey: key } = settings
  const certificates = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
  const isPlain = Object.keys(certificates).length === 0
  return {
    brokers: settings.kafkaBrokers,
    clientId: 'chat4all',
    replication: settings.kafkaReplication,
    minInSync: settings.kafkaMinInSync,
    compression: settings.kafkaCompression,
    ...(mechanism !== '' && { sasl: { mechanism, username, password } }),
    ...(settings.kafkaTls && { tls: isPlain ? true : certificates }),
    log(level, what, details) {
      // The library tells of each answer that it does not like; what matters of it we try again, and say ourselves.
      log[what.startsWith('kafkajs ') ? 'debug' : level]({ details }, what)
    },
  }
}
