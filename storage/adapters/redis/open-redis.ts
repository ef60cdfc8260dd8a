import { Redis } from 'ioredis'

export interface RedisSettings {
  /** redis://user:password@host:port/db, or rediss:// for TLS. */
  readonly url: string
  /** How long an answer may take, in milliseconds; 2,000 unless told otherwise. */
  readonly timeoutMs?: number
}

/**
 * A connection to Redis 7 or newer, opened at the first use and again by itself, also after a failover
 * that made the server a replica. A command fails soon while the server is away, rather than wait for
 * it: whoever asked knows better what to do. Errors of the connection are seen by who asks.
 */
export function openRedis({ url, timeoutMs = 2_000 }: RedisSettings): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectionName: 'chat4all',
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    // A peer that is gone without a word: its connection is dropped, or it would be waited on forever.
    socketTimeout: 2 * timeoutMs,
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => Math.min(50 * 2 ** times, 1_000) + Math.random() * 100,
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  })
  redis.on('error', () => {})
  return redis
}
