/** Resolves and rejects as the answer does; while there is none, `look` is called each `everyMs`, one look at a time. */
export async function whileSilent<Answer>(
  answer: Promise<Answer>,
  everyMs: number,
  look: () => Promise<void>,
): Promise<Answer> {
  let looks = false
  const watch = setInterval(() => {
    if (looks) return
    looks = true
    // Where nobody can tell anything, the request's own time decides.
    look()
      .catch(() => {})
      .finally(() => {
        looks = false
      })
  }, everyMs)
  try {
    return await answer
  } finally {
    clearInterval(watch)
  }
}
