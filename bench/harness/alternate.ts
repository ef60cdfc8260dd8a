import { type Compared, compared } from './compared.ts'
import { inTurns } from './in-turns.ts'

/** Runs two sides in turn and compares round by round. */
export async function alternate(
  rounds: number,
  ours: () => Promise<number>,
  bare: () => Promise<number>,
  onRound: (round: number, ours: number, bare: number) => void = () => {},
): Promise<Compared> {
  const tell = (round: number, [a = Number.NaN, b = Number.NaN]: readonly number[]) =>
    onRound(round, a, b)
  const [mine = [], other = []] = await inTurns(rounds, [ours, bare], tell)
  return compared(mine, other)
}
