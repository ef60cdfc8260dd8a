import { Kafka, logLevel, type SASLOptions } from 'kafkajs'
import type { KafkaSasl, KafkaSettings } from './kafka-options.ts'
import { mendKafkajs } from './wire/mend-kafkajs.ts'
import { openSocket } from './wire/open-socket.ts'

/**
 * kafkajs with our settings; it says nothing on the console. A broker that does not answer for `requestTimeoutMs` is
 * taken for lost; requests that wait at the broker say so themselves.
 */
export function kafkaClient(settings: KafkaSettings, requestTimeoutMs: number): Kafka {
  mendKafkajs()
  const { brokers, clientId, sasl, tls, log } = settings
  return new Kafka({
    brokers: [...brokers],
    clientId,
    socketFactory: openSocket,
    ...(tls ? { ssl: tls } : {}),
    ...(sasl ? { sasl: saslOptions(sasl) } : {}),
    connectionTimeout: 3_000,
    authenticationTimeout: 5_000,
    requestTimeout: requestTimeoutMs,
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
