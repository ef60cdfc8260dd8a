import type { Figure } from './figure.ts'

/** How hard to look. */
export interface Effort {
  /** Alternating rounds; each runs both sides once. */
  readonly rounds: number
  /** How long one side runs in one round, milliseconds. */
  readonly runMs: number
  /** Messages of one run through the whole hub. */
  readonly messages: number
  readonly quick: boolean
}

export interface CaseTools {
  readonly effort: Effort
  /** One line of progress on the screen. */
  readonly say: (sentence: string) => void
}

/** Measures one target or a few that are measured together. */
export interface Case {
  readonly targets: readonly string[]
  readonly title: string
  run(tools: CaseTools): Promise<readonly Figure[]>
}
