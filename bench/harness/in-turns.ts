/**
 * Runs all sides in turn, A B C C B A A B C ..., so that whatever slows the machine for a while slows all of them. One
 * round before the first only warms up.
 *
 * @returns what each side answered in each round, by side
 */
export async function inTurns(
  rounds: number,
  sides: readonly (() => Promise<number>)[],
  onRound: (round: number, answers: readonly number[]) => void = () => {},
): Promise<readonly (readonly number[])[]> {
  const answered: (readonly number[])[] = []
  for (let round = 0; round <= rounds; round++) {
    const answers = sides.map(() => Number.NaN)
    const order = [...sides.entries()]
    for (const [nth, side] of round % 2 === 0 ? order : order.reverse()) answers[nth] = await side()
    if (round === 0) continue
    answered.push(answers)
    onRound(round, answers)
  }
  return sides.map((_, nth) => answered.map((answers) => answers[nth] ?? Number.NaN))
}
