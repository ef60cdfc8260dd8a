import type { Cell, NotedRows } from './noted-rows.ts'

interface Asked<Row> {
  readonly key: string
  /** Looks at the row and may set it. */
  readonly step: Step<Row>
}

type Step<Row> = (cell: Cell<Row>) => void

/** One promise for all who ask in it. */
interface Turn<Row> {
  readonly asked: Asked<Row>[]
  readonly ended: Promise<void>
}

/** Lets those who ask for single rows in the same turn share a look at the table, and a note. The step is taken in their order; what was set is durable when it resolves. */
export function turns<Row>(rows: NotedRows<Row>): (key: string, step: Step<Row>) => Promise<void> {
  let open: Turn<Row> | null = null

  async function take(asked: readonly Asked<Row>[]): Promise<void> {
    // A microtask later, so that callers of one turn are together.
    await null
    open = null
    const cells = rows.load(asked.map(({ key }) => key))
    cells.forEach((cell, nth) => {
      asked[nth]?.step(cell)
    })
    await rows.flush()
  }

  return (key, step) => {
    if (!open) {
      const asked: Asked<Row>[] = []
      open = { asked, ended: take(asked) }
    }
    open.asked.push({ key, step })
    return open.ended
  }
}
