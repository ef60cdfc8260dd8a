import { type Verdict, verdicts } from '../verdict.ts'

/** By `code/subcode`, else by `code`; ranges of codes last. Made with `errorTable`. */
export interface ErrorTable {
  readonly exact: ReadonlyMap<string, Verdict>
  readonly ranges: readonly {
    readonly from: number
    readonly to: number
    readonly verdict: Verdict
  }[]
}

/** One row is a verdict and its codes: `4`, `10/2018278` (code and subcode) or `200-299`. */
export type ErrorRow = readonly [verdict: Verdict, ...codes: string[]]

export function errorTable(rows: readonly ErrorRow[]): ErrorTable {
  const exact = new Map<string, Verdict>()
  const ranges: { from: number; to: number; verdict: Verdict }[] = []
  for (const [verdict, ...codes] of rows) {
    for (const code of codes) {
      const range = /^(\d+)-(\d+)$/.exec(code)
      if (range) ranges.push({ from: Number(range[1]), to: Number(range[2]), verdict })
      else exact.set(code, verdict)
    }
  }
  return { exact, ranges }
}

/** Undefined for a code that is in no row. */
export function verdictOn(
  { exact, ranges }: ErrorTable,
  code: number,
  subcode: number | undefined,
): Verdict | undefined {
  return (
    (subcode === undefined ? undefined : exact.get(`${code}/${subcode}`)) ??
    exact.get(String(code)) ??
    ranges.find(({ from, to }) => from <= code && code <= to)?.verdict
  )
}

/** For a code that no table knows: the HTTP status tells whose turn it is. */
export function verdictByStatus(status: number): Verdict {
  return byStatus[status] ?? (status >= 500 ? verdicts.transient : verdicts.contentRejected)
}

const byStatus: Readonly<Record<number, Verdict>> = {
  401: verdicts.channelAuth,
  403: verdicts.channelAuth,
  408: verdicts.transient,
  429: verdicts.throttledSender,
}
