import type { Redis } from 'ioredis'
import type { FanOutListener, Listening } from '../../ports/fan-out.ts'
import { redisError } from './redis-error.ts'

/** One `listen` call. */
interface Ear {
  readonly listener: FanOutListener
  readonly begin: () => void
  /** Its listening could not begin with an attempt of its own, or broke off. */
  late: boolean
}

interface Channel {
  readonly ears: Set<Ear>
  /** What is published is told. */
  live: boolean
  /** Redis was asked and has not answered. */
  asked: boolean
}

/**
 * The listening half of the fan-out: one connection, and a subscription for each channel that somebody listens
 * to. A channel is live or not. It becomes live when Redis confirms it, and none is when the connection
 * ends; with the next connection all are asked for again, and whoever listened before hears that he missed something.
 */
export class Listeners {
  readonly #redis: Redis
  readonly #channels = new Map<string, Channel>()
  readonly #probe: NodeJS.Timeout

  constructor(redis: Redis, probeEveryMs: number, report: (why: unknown) => void) {
    // Asked for again here, because only here is it known who has to be told.
    this.#redis = redis.duplicate({ autoResubscribe: false, connectionName: 'chat4all-listens' })
    this.#redis.on('error', () => {}) // the next attempt
    this.#redis.on('smessageBuffer', (channel: Buffer, bytes: Buffer) => {
      this.#tell(channel.toString(), bytes)
    })
    this.#redis.on('ready', () => this.#subscribeAll())
    this.#redis.on('close', () => {
      if (this.#broken())
        report(redisError(new Error('the connection to listen on has ended'), redis))
    })
    this.#probe = setInterval(() => this.#look(), probeEveryMs)
    this.#probe.unref()
  }

  add(name: string, listener: FanOutListener): Listening {
    const { promise: ready, resolve: begin } = Promise.withResolvers<void>()
    const known = this.#channels.get(name)
    // The channel broke off before, and nobody asks for it just now: this one waits for the next connection, too.
    const late = known !== undefined && !known.live && !known.asked
    const ear: Ear = { listener, begin, late }
    const channel = known ?? { ears: new Set(), live: false, asked: false }
    channel.ears.add(ear)
    if (channel.live) begin()
    if (!known) {
      this.#channels.set(name, channel)
      void this.#subscribe(name, channel)
    }
    return { ready, leave: () => this.#leave(name, channel, ear) }
  }

  close(): void {
    clearInterval(this.#probe)
    this.#channels.clear()
    this.#redis.disconnect()
  }

  #leave(name: string, channel: Channel, ear: Ear): void {
    channel.ears.delete(ear)
    ear.begin() // whoever waits for it waits for nothing any more
    if (channel.ears.size > 0 || this.#channels.get(name) !== channel) return
    this.#channels.delete(name)
    // Fails with the connection, and so does what it would have ended.
    if (channel.live) this.#redis.sunsubscribe(name).catch(() => {})
  }

  #tell(name: string, bytes: Uint8Array): void {
    const channel = this.#channels.get(name)
    if (!channel) return
    // One of those before may have made it leave.
    for (const ear of [...channel.ears]) if (channel.ears.has(ear)) ear.listener.told(bytes)
  }

  async #subscribe(name: string, channel: Channel): Promise<void> {
    channel.asked = true
    try {
      await this.#redis.ssubscribe(name)
    } catch {
      // Asked for again with the next connection, or by the next probe.
      for (const ear of channel.ears) ear.late = true
      return
    } finally {
      channel.asked = false
    }
    if (this.#channels.get(name) !== channel) {
      // Everybody left meanwhile; unless somebody else came, for whom it was asked again.
      if (!this.#channels.has(name)) this.#redis.sunsubscribe(name).catch(() => {})
      return
    }
    channel.live = true
    for (const ear of [...channel.ears]) {
      const { late } = ear
      ear.late = false
      ear.begin()
      if (late && channel.ears.has(ear)) ear.listener.missed()
    }
  }

  #subscribeAll(): void {
    for (const [name, channel] of this.#channels) {
      if (!channel.live && !channel.asked) void this.#subscribe(name, channel)
    }
  }

  /** True when something was listened to until now. */
  #broken(): boolean {
    let wasLive = false
    for (const channel of this.#channels.values()) {
      wasLive ||= channel.live
      channel.live = false
      for (const ear of channel.ears) ear.late = true
    }
    return wasLive
  }

  /** A connection whose other side hangs is given up by the driver when this is not answered in time. */
  #look(): void {
    if (this.#redis.status !== 'ready') return
    this.#redis.ping().catch(() => {})
    this.#subscribeAll()
  }
}
