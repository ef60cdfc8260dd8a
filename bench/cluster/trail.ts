import { type Backlog, endsOf } from './backlog.ts'
import type { BenchServers } from './bench-servers.ts'

/** What stands in each topic: some that teach V8 the code, then those that are measured. */
export interface Leg {
  readonly warm: Backlog
  readonly main: Backlog
}

/** The topics' legs as they are written, each stage's output being the next one's input. */
export class Trail {
  readonly #servers: BenchServers
  readonly #legs = new Map<string, Leg>()

  constructor(servers: BenchServers) {
    this.#servers = servers
  }

  /** Of some topics together; one that nobody wrote to has nothing to read. */
  async leg(topics: readonly string[]): Promise<Leg> {
    const unwritten = topics.filter((topic) => !this.#legs.has(topic))
    const ends = await endsOf(this.#servers, unwritten)
    const nothing: Backlog = { from: ends, to: ends }
    const legs = [
      { warm: nothing, main: nothing },
      ...topics.flatMap((topic) => this.#legs.get(topic) ?? []),
    ]
    const joined = (of: (leg: Leg) => Backlog): Backlog => ({
      from: legs.flatMap((leg) => of(leg).from),
      to: legs.flatMap((leg) => of(leg).to),
    })
    return { warm: joined(({ warm }) => warm), main: joined(({ main }) => main) }
  }

  /** Notes what `write` adds to these topics; what it added before under the same name is forgotten. */
  async note<Result>(
    name: keyof Leg,
    topics: readonly string[],
    write: () => Promise<Result>,
  ): Promise<Result> {
    const before = await endsOf(this.#servers, topics)
    const result = await write()
    const after = await endsOf(this.#servers, topics)
    for (const topic of topics) {
      const of = ({ topic: each }: { readonly topic: string }) => each === topic
      const added: Backlog = { from: before.filter(of), to: after.filter(of) }
      const leg = this.#legs.get(topic) ?? { warm: added, main: added }
      this.#legs.set(topic, { ...leg, [name]: added })
    }
    return result
  }
}
