/** Calls `beat` every ten seconds while this work goes on: who waits should see that something does. */
export async function withHeartbeat<Result>(
  beat: () => void,
  work: Promise<Result>,
): Promise<Result> {
  const timer = setInterval(beat, 10_000)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}
