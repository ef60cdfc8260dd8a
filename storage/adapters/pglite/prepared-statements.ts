import type { Transaction } from '@electric-sql/pglite'
import type { SqlParam } from '../../ports/sql.ts'

/** Runs a statement that has parameters, for nobody who wants its rows. */
export type RunPrepared = (
  tx: Transaction,
  text: string,
  params: readonly SqlParam[],
) => Promise<void>

/**
 * Prepares each statement once, for a database that has one connection, and executes it as text. PGlite's own way with
 * parameters is six messages of the protocol, each a crossing into it, and a parse and a plan each time: a third of a
 * millisecond before anything is done, where a batch of the history has one such statement.
 *
 * Prepared statements are no part of a transaction: one that was prepared in what was undone is there still.
 */
export function preparedStatements(): RunPrepared {
  /** Of the texts there are, which are as many as there are statements in the code. */
  const names = new Map<string, string>()

  return async (tx, text, params) => {
    // In a text the first would end it; sent as a parameter it is refused by its name. And nothing to hand over is nothing to save.
    if (params.length === 0 || params.some((param) => typeof param === 'string' && hasNul(param))) {
      await tx.query(text, [...params])
      return
    }
    let name = names.get(text)
    if (name === undefined) {
      name = `c4a_${names.size}`
      await tx.exec(`prepare ${name} as ${text}`)
      names.set(text, name)
    }
    await tx.exec(`execute ${name}(${params.map(literal).join()})`)
  }
}

const hasNul = (text: string): boolean => text.includes('\0')

/** Of no type, so that it is read as what the statement takes there, as a parameter is. A backslash stands for itself (standard_conforming_strings). */
const literal = (param: SqlParam): string =>
  param === null ? 'null' : `'${String(param).replaceAll("'", "''")}'`
