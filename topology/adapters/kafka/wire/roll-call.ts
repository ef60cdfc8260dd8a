/** What was said so lately is not asked again. */
const freshMs = 100

/**
 * Tells all connections of a process that a broker is gone, whichever of them was the first that waited for it. One that
 * is cut off closes nothing, so each would find out for itself, and only with its next request to that broker: a message
 * that passes ten connections on its way would wait ten times.
 *
 * Nothing is kept: whether a broker is there is what the others say when it is asked, and what has to be given up is
 * given up at that moment. One that is back is used as if nothing had been.
 */
export class RollCall {
  readonly #members = new Set<(nodeId: string) => void>()
  #others: (than: string) => Promise<ReadonlySet<string>> = async () => new Set()
  #asking: Promise<ReadonlySet<string>> | null = null

  /** From whom it hears: the nodes that are there, as some node other than this one says. Until it is set nobody is missing. */
  hearFrom(others: (than: string) => Promise<ReadonlySet<string>>): void {
    this.#others = others
  }

  /** Calls `missing` with each node that is found gone. Returns how to end it. */
  enter(missing: (nodeId: string) => void): () => void {
    this.#members.add(missing)
    return () => this.#members.delete(missing)
  }

  /** Whether the node is gone; all have been told, then. Rejects when no other node tells. */
  async isMissing(nodeId: string): Promise<boolean> {
    this.#asking ??= this.#others(nodeId).finally(() => {
      setTimeout(() => {
        this.#asking = null
      }, freshMs).unref()
    })
    const living = await this.#asking
    // A broker that knows of nobody, not even of itself, has yet to be told.
    if (living.size === 0 || living.has(nodeId)) return false
    this.tellMissing(nodeId)
    return true
  }

  /** One was told by the way that the node is gone. */
  tellMissing(nodeId: string): void {
    for (const tell of [...this.#members]) tell(nodeId)
  }
}
