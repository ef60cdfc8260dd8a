/** A message that takes longer than this is late: the next thing is done when none is. Milliseconds. */
export const quickMs = 5_000
