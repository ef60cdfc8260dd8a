import { groupProgress } from '../../cli/compose/group-progress.ts'
import { tellDead } from '../../cli/compose/tell-dead.ts'
import type { Capabilities, Inbound, Outbound } from '../../connectors/contract.ts'
import { readEcho } from '../../domain/echo.ts'
import { headerNames } from '../../domain/headers.ts'
import type { Ids } from '../../domain/ids.ts'
import { WebhookRing } from '../../gateway/webhooks/webhook-ring.ts'
import { stageTypes } from '../../stages/index.ts'
import type { Channels, ContentCodec, StageTools } from '../../stages/tools.ts'
import { memoryRateLimits } from '../../storage/adapters/memory/rate-limits.ts'
import type { Directory } from '../../storage/ports/directory.ts'
import type { History } from '../../storage/ports/history.ts'
import type { Ledger } from '../../storage/ports/ledger.ts'
import type { People } from '../../storage/ports/people.ts'
import type { SeenWindow } from '../../storage/ports/seen.ts'
import {
  type MemoryBroker,
  memoryBroker,
} from '../../topology/adapters/memory-broker/memory-broker.ts'
import type { MemoryLog } from '../../topology/adapters/memory-broker/memory-log.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Pipeline } from '../../topology/pipeline/model.ts'
import type { Broker } from '../../topology/ports/broker.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import type { Codec } from '../../topology/ports/codec.ts'
import { silentMeter } from '../../topology/ports/meter.ts'
import type { TimerStore } from '../../topology/ports/timers.ts'
import { type Engine, startEngine } from '../../topology/runner/engine.ts'
import type { Chance } from './chance.ts'
import type { Platform } from './platform.ts'
import type { Receiver } from './receiver.ts'

/** What outlives a process: the log and the stores. */
export interface Cluster {
  readonly clock: Clock
  readonly chance: Chance
  readonly log: MemoryLog
  readonly pipeline: Pipeline
  readonly codec: Codec
  readonly content: ContentCodec
  readonly ids: Ids
  readonly stores: {
    readonly seen: SeenWindow
    readonly ledger: Ledger
    readonly timers: TimerStore
    readonly history: History
    readonly directory: Directory
    readonly people: People
  }
  readonly platform: Platform
  /** The endpoint of the one tenant. */
  readonly receiver: Receiver
  /** Messages whose record of this topic comes out so damaged that nothing can read it. */
  readonly poisoned: Map<string, string>
  /** How hostile the world is to port calls; all 0 lets the run come to its end. */
  readonly hostility: { kill: number; unreachable: number; delay: number }
}

/** What the simulated hub can show on each channel. */
const capabilities = (channel: string): Capabilities => ({
  kinds: ['text'],
  text: { max: 4_096, unit: 'utf16' },
  caption: null,
  receipts: channel === 'telegram' ? ['sent'] : ['sent', 'delivered', 'read', 'failed'],
  windowMs: null,
  settlement: channel === 'whatsapp' ? 'callback-data' : null,
})

/** One process of the hub, which may die at any port call. */
export class HubProcess {
  readonly broker: MemoryBroker
  readonly #cluster: Cluster
  readonly #onDeath: () => void
  #engine: Engine | undefined
  #webhooks: WebhookRing | undefined
  #dead = false
  /** By delivery: what a platform accepted and the ledger does not say yet. Only a death may forget it. */
  readonly #unwritten = new Map<string, { readonly channel: string; readonly outbound: Outbound }>()

  constructor(cluster: Cluster, onDeath: () => void) {
    const { chance } = cluster
    this.#cluster = cluster
    this.#onDeath = onDeath
    this.broker = memoryBroker(cluster.log, cluster.clock, {
      appendDelayMs: () => chance.between(0, 4),
      commitDelayMs: () => chance.between(0, 4),
      keepUnsynced: () => chance.hit(0.5),
      sessionTimeoutMs: 6_000,
      gate: () => this.#gate('C4A_BROKER_UNREACHABLE'),
    })
  }

  get isDead(): boolean {
    return this.#dead
  }

  async start(): Promise<void> {
    const { pipeline, clock, codec, chance, stores } = this.#cluster
    this.#webhooks = new WebhookRing(
      { broker: this.broker, codec, clock, log: { warn() {}, error() {} } },
      {
        topics: { endpoints: 'directory.webhooks', health: 'webhooks.health' },
        waitMs: 3_600_000,
      },
    )
    this.#webhooks.start()
    this.#engine = await startEngine({
      pipeline,
      types: stageTypes,
      tools: this.#tools(this.#webhooks),
      timerPollMs: 2_000,
      context: {
        broker: this.#poisoning(this.broker),
        codec,
        clock,
        onDead: tellDead(pipeline, codec, 'messages.rejected'),
        timers: this.#guarded(stores.timers),
        meter: silentMeter,
        random: () => chance.next(),
        revision: pipeline.revision,
        maxBatch: 50,
        maxPerTurn: 20,
        decidesAhead: true,
        commitEveryMs: 20,
        brokerBackoff: { minBackoffMs: 20, maxBackoffMs: 500 },
      },
    })
  }

  /** Leaves as on SIGTERM. */
  async stop(): Promise<void> {
    await this.#engine?.stop()
    if (!this.#dead) this.kill(false)
  }

  /** No heartbeat of it comes through: its groups go on without it, and it hears of that later, of one after another. */
  cutOff(): void {
    const { chance } = this.#cluster
    this.broker.loseSessions(() => (chance.hit(0.3) ? 0 : chance.between(1, 9_000)))
  }

  kill(told = true): void {
    if (this.#dead) return
    this.#dead = true
    this.broker.kill()
    for (const { channel, outbound } of this.#unwritten.values()) {
      this.#cluster.platform.lose(channel, outbound)
    }
    if (told) this.#onDeath()
  }

  #tools(webhooks: WebhookRing): StageTools {
    const { ids, content, stores, clock, receiver } = this.#cluster
    const progress = groupProgress({ broker: this.broker, clock }, 'chat4all.directory')
    return {
      ids,
      content,
      seen: this.#guarded(stores.seen),
      ledger: this.#guarded(this.#watched(stores.ledger)),
      history: this.#guarded(stores.history),
      directory: this.#guarded(stores.directory),
      people: this.#guarded(stores.people),
      directoryCaughtUp: () =>
        progress.caughtUp(
          ['directory.conversations', 'directory.members', 'directory.aliases'],
          60_000,
        ),
      channels: this.#channels(),
      inboundMedia: { keep: async (_message, medium) => ({ kind: 'kept', medium }) },
      rateLimits: memoryRateLimits(() => clock.now()),
      webhooks,
      postWebhook: async (_url, headers) => {
        await this.#gate('C4A_STORE_UNREACHABLE').catch(() => {})
        const answer = await receiver.answer(headers)
        return this.#dead ? never() : answer
      },
    }
  }

  #channels(): Channels {
    const { platform } = this.#cluster
    return {
      capabilities,
      pace: () => ({
        rates: { account: null, conversation: null, group: null },
        isGroup: () => false,
      }),
      hasAccount: (_channel, tenant, account) => tenant === 'default' && account === 'demo',
      accountOf: () => ({ id: 'demo', tenant: 'default' }),
      parse: (_channel, item) => [JSON.parse(Buffer.from(item).toString()) as Inbound],
      send: async (channel, account, outbound, signal) => {
        if (this.#dead) return never()
        const outcome = await platform.send(channel, account, outbound, signal)
        if (outcome.kind !== 'sent') return this.#dead ? never() : outcome
        // The platform did what it did; nobody is left to hear the answer.
        if (this.#dead) platform.lose(channel, outbound)
        else this.#unwritten.set(readEcho(outbound.echo)?.deliveryId ?? '', { channel, outbound })
        return this.#dead ? never() : outcome
      },
    }
  }

  #poisoning(broker: MemoryBroker): Broker {
    const { poisoned } = this.#cluster
    const damaged = Buffer.from('neither Avro nor anything else')
    return {
      ...broker,
      append: (records) =>
        broker.append(
          records.map((record) => {
            const messageId = record.headers[headerNames.messageId] ?? ''
            return poisoned.get(messageId) === record.topic ? { ...record, value: damaged } : record
          }),
        ),
    }
  }

  #watched(ledger: Ledger): Ledger {
    return {
      claim: (...asked) => ledger.claim(...asked),
      settle: (...asked) => ledger.settle(...asked),
      sentAs: (deliveryId) => ledger.sentAs(deliveryId),
      cancel: (...asked) => ledger.cancel(...asked),
      record: async (outcome, nowMs) => {
        await ledger.record(outcome, nowMs)
        this.#unwritten.delete(outcome.deliveryId)
      },
    }
  }

  /** Every call of a store may be slow, fail, or be the last thing the process does. */
  #guarded<Store extends object>(store: Store): Store {
    return new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        return async (...args: unknown[]) => {
          await this.#gate('C4A_STORE_UNREACHABLE')
          if (this.#dead) return never()
          const result: unknown = await Reflect.apply(member, target, args)
          await this.#gate('C4A_STORE_UNREACHABLE')
          return this.#dead ? never() : result
        }
      },
    })
  }

  async #gate(code: 'C4A_BROKER_UNREACHABLE' | 'C4A_STORE_UNREACHABLE'): Promise<void> {
    const { chance, clock, hostility } = this.#cluster
    if (this.#dead) return never()
    if (hostility.kill === 0 && hostility.unreachable === 0) return
    const draw = chance.next()
    if (draw < hostility.kill) {
      this.kill()
      return never()
    }
    if (draw < hostility.kill + hostility.unreachable) {
      throw new Chat4AllError(code, { what: 'A port', why: 'the seed says so', todo: 'Try again' })
    }
    if (draw < hostility.kill + hostility.unreachable + hostility.delay) {
      await clock.sleep(chance.between(1, 30))
    }
  }
}

const never = (): Promise<never> => new Promise(() => {})
