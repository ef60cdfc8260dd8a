import type { Cell, NotedRows } from './noted-rows.ts'

interface Asked<Row> {
  readonly key: string
  readonly step: (cell: Cell<Row>) => unknown
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Looks at the row and may set it. */
type Step<Row, Answer> = (cell: Cell<Row>) => Answer

/**
 * Lets those who ask for single rows in the same turn share a look at the table, and a note. The step is taken in their
 * order; what was set is durable when it resolves, with what the step answered.
 */
export function turns<Row>(
  rows: NotedRows<Row>,
): <Answer>(key: string, step: Step<Row, Answer>) => Promise<Answer> {
  let asked: Asked<Row>[] = []

  function take(): void {
    const mine = asked
    asked = []
    const answers: unknown[] = []
    let noted: Promise<void>
    try {
      const cells = rows.load(mine.map(({ key }) => key))
      cells.forEach((cell, nth) => {
        answers.push(mine[nth]?.step(cell))
      })
      noted = rows.flush()
    } catch (error) {
      noted = Promise.reject(error)
    }
    noted.then(
      () => {
        mine.forEach(({ resolve }, nth) => {
          resolve(answers[nth])
        })
      },
      (cause: unknown) => {
        for (const { reject } of mine) reject(cause)
      },
    )
  }

  return <Answer>(key: string, step: Step<Row, Answer>) =>
    new Promise<Answer>((resolve, reject) => {
      // It is given what its own step answered.
      asked.push({ key, step, resolve: resolve as (answer: unknown) => void, reject })
      // A microtask later, so that callers of one turn are together.
      if (asked.length === 1) queueMicrotask(take)
    })
}
