/** One line of the table. */
export interface Figure {
  /** E.g. `P1`. */
  readonly target: string
  readonly what: string
  readonly value: number
  readonly unit: Unit
  /** Least and largest of the rounds. */
  readonly spread?: Spread
  /** Breaking it fails the run. */
  readonly floor?: number
  readonly goal?: number
  /** A broken floor is shown, and fails nothing. */
  readonly reportedOnly?: boolean
  readonly better: 'higher' | 'lower'
  /** What stands behind the figure: the absolute rates of both sides, and the like. */
  readonly beside: string
}

/** x is a ratio; the others are absolute and belong to this machine. */
export type Unit = 'x' | '/s' | 'us' | 'ms' | 's' | 'MB' | 'B' | 'cores'

export interface Spread {
  readonly min: number
  readonly max: number
}

export type Verdict =
  | 'goal met'
  | 'holds'
  | 'below goal'
  | 'below floor'
  | 'FLOOR BROKEN'
  | 'reported'

export function verdictOf({ value, floor, goal, better, reportedOnly }: Figure): Verdict {
  const reaches = (bound: number) => (better === 'higher' ? value >= bound : value <= bound)
  // NaN reaches nothing: a figure that could not be taken must not pass.
  if (floor !== undefined && !reaches(floor)) return reportedOnly ? 'below floor' : 'FLOOR BROKEN'
  if (goal !== undefined && reaches(goal)) return 'goal met'
  if (floor !== undefined) return 'holds'
  return goal === undefined ? 'reported' : 'below goal'
}
