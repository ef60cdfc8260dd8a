/** Asks `make` when it is first called, and answers the same from then on; where that failed, the next call asks again. */
export function keptWhenMade<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
}
