interface Waiting<Item, Answer> {
  readonly item: Item
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/**
 * Lets callers that come one by one share statements: while one flush is under way, the next gathers.
 * A flush holds each key once; a second item of a key waits for the flush after, so their order stays.
 */
export function gather<Item, Answer>(
  keyOf: (item: Item) => string,
  flush: (items: readonly Item[]) => Promise<readonly Answer[]>,
  atMost = 1000,
): (item: Item) => Promise<Answer> {
  let queue: Waiting<Item, Answer>[] = []
  let running = false

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const batch = take()
      try {
        const answers = await flush(batch.map(({ item }) => item))
        batch.forEach(({ resolve }, at) => {
          resolve(answers[at] as Answer) // one answer per item, in order, is what flush promises
        })
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    running = false
  }

  function take(): readonly Waiting<Item, Answer>[] {
    const keys = new Set<string>()
    const batch: Waiting<Item, Answer>[] = []
    const later: Waiting<Item, Answer>[] = []
    for (const waiting of queue) {
      const key = keyOf(waiting.item)
      if (batch.length < atMost && !keys.has(key)) batch.push(waiting)
      else later.push(waiting)
      keys.add(key)
    }
    queue = later
    return batch
  }

  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject })
      if (running) return
      running = true
      // A microtask later, so that callers of one turn share the first flush too.
      queueMicrotask(() => void run())
    })
}
