import type { Position } from '../../topology/contract/record.ts'
import type { GatewayTools } from '../tools.ts'
import type { PositionTokens } from './position-token.ts'

/**
 * Waits, within a bound, until the tables show what was accepted at the position. Answers the position when
 * they do, for `History` to show it; undefined when none was given or the time ran out. Throws
 * C4A_BAD_REQUEST for a position that is none.
 */
export type ReadYourWrites = (position: string | undefined) => Promise<Position | undefined>

export function readYourWrites(
  waitFor: GatewayTools['waitFor'],
  positions: PositionTokens,
  timeoutMs: number,
): ReadYourWrites {
  return async (token) => {
    if (token === undefined) return undefined
    const position = positions.read(token)
    return (await waitFor(position, timeoutMs)) ? position : undefined
  }
}
