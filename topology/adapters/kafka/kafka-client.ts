import { Kafka, logLevel, type SASLOptions } from 'kafkajs'
import type { KafkaSasl, KafkaSettings } from './kafka-options.ts'
import { mendKafkajs } from './wire/mend-kafkajs.ts'

/** kafkajs with our settings; it says nothing on the console. */
export function kafkaClient(settings: KafkaSettings): Kafka {
  mendKafkajs()
  const { brokers, clientId, sasl, tls, sessionTimeoutMs, log } = settings
  return new Kafka({
    brokers: [...brokers],
    clientId,
    ...(tls ? { ssl: tls } : {}),
    ...(sasl ? { sasl: saslOptions(sasl) } : {}),
    connectionTimeout: 3_000,
    authenticationTimeout: 5_000,
    // A join is answered when all members have answered, which is bounded by the session.
    requestTimeout: sessionTimeoutMs + 5_000,
    // We try again ourselves, where we know what for.
    retry: { retries: 1, initialRetryTime: 100, maxRetryTime: 500 },
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ level, namespace, log: { message, timestamp: _, logger: __, ...details } }) => {
        log(level === logLevel.ERROR ? 'warn' : 'info', `kafkajs ${namespace}: ${message}`, details)
      },
  })
}

function saslOptions({ mechanism, username, password }: KafkaSasl): SASLOptions {
  return { mechanism, username, password }
}
