import type { NotedRows } from './noted-rows.ts'

interface Asked {
  readonly key: string
  /** Looks at the rows and sets some. */
  readonly step: () => void
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Lets those who ask for single rows in the same turn share a look at the table, and a note. The step is taken in their order; what was set is durable when it resolves. */
export function turns<Row>(rows: NotedRows<Row>): (key: string, step: () => void) => Promise<void> {
  let asked: Asked[] = []

  function take(): void {
    const mine = asked
    asked = []
    let noted: Promise<void>
    try {
      rows.load(mine.map(({ key }) => key))
      for (const { step } of mine) step()
      noted = rows.flush()
    } catch (error) {
      noted = Promise.reject(error)
    }
    noted.then(
      () => {
        for (const { resolve } of mine) resolve()
      },
      (cause: unknown) => {
        for (const { reject } of mine) reject(cause)
      },
    )
  }

  return (key, step) =>
    new Promise((resolve, reject) => {
      asked.push({ key, step, resolve, reject })
      // A microtask later, so that callers of one turn are together.
      if (asked.length === 1) queueMicrotask(take)
    })
}
