import type { NotedRows } from './noted-rows.ts'

interface Asked {
  readonly key: string
  /** Looks at the rows and sets some. */
  readonly step: () => void
}

/** One promise for all who ask in it. */
interface Turn {
  readonly asked: Asked[]
  readonly ended: Promise<void>
}

/** Lets those who ask for single rows in the same turn share a look at the table, and a note. The step is taken in their order; what was set is durable when it resolves. */
export function turns<Row>(rows: NotedRows<Row>): (key: string, step: () => void) => Promise<void> {
  let open: Turn | null = null

  async function take(asked: readonly Asked[]): Promise<void> {
    // A microtask later, so that callers of one turn are together.
    await null
    open = null
    rows.load(asked.map(({ key }) => key))
    for (const { step } of asked) step()
    await rows.flush()
  }

  return (key, step) => {
    if (!open) {
      const asked: Asked[] = []
      open = { asked, ended: take(asked) }
    }
    open.asked.push({ key, step })
    return open.ended
  }
}
