import type { GatewayTools } from '../tools.ts'
import type { PositionTokens } from './position-token.ts'

/**
 * Waits, within a bound, until the tables show what was accepted at the position. True when they do;
 * false when no position was given or the time ran out. Throws C4A_BAD_REQUEST for a position that is none.
 */
export type ReadYourWrites = (position: string | undefined) => Promise<boolean>

export function readYourWrites(
  waitFor: GatewayTools['waitFor'],
  positions: PositionTokens,
  timeoutMs: number,
): ReadYourWrites {
  return async (position) =>
    position === undefined ? false : waitFor(positions.read(position), timeoutMs)
}
