/**
 * Puts a question to one after another until one answers: to the next when the one before has failed, and also when it
 * has said nothing for `patienceMs`, because what is cut off does not fail. An answer that comes after all counts.
 * Rejects as the last that failed when all have.
 */
export function firstAnswer<Asked, Answer>(
  all: readonly Asked[],
  patienceMs: number,
  question: (asked: Asked) => Promise<Answer>,
): Promise<Answer> {
  const rest = [...all]
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  let underWay = 0
  let impatient: NodeJS.Timeout | undefined
  const next = () => {
    clearTimeout(impatient)
    const asked = rest.shift()
    if (asked === undefined) return
    underWay += 1
    impatient = setTimeout(next, patienceMs)
    question(asked).then(
      (answer) => {
        rest.length = 0
        clearTimeout(impatient)
        resolve(answer)
      },
      (error: unknown) => {
        underWay -= 1
        if (rest.length > 0) return next()
        if (underWay > 0) return
        clearTimeout(impatient)
        reject(error)
      },
    )
  }
  if (rest.length === 0) reject(new Error('there is nobody to ask'))
  next()
  return promise
}
