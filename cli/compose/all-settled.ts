/**
 * As Promise.all, but rejects only when all have ended: what a slower one opens after another has failed
 * would be closed by nobody.
 */
export async function allSettled<Values extends readonly unknown[]>(
  promises: readonly [...{ [Index in keyof Values]: Promise<Values[Index]> }],
): Promise<Values> {
  await Promise.allSettled(promises)
  return (await Promise.all(promises)) as unknown as Values
}
