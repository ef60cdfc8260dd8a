/** What CI may leave out, by a part of the reason that the test gives. */
const mayBeLeftOut = [
  // `.ci/run --faults` runs the first two by themselves, when nothing else asks for the processors.
  'C4A_TEST_KAFKA_FAULTS=1',
  'C4A_TEST_SERVICES=1',
  'C4A_TEST_DEPLOY=1',
  // A fault that no program can mend.
  'takes a person',
  // Meta's file may not be passed on.
  'whatsapp-openapi',
]

/**
 * Why a run in CI does not hold because of what it left out: there a suite that nobody ran is one that nobody sees
 * fail. Nothing where a person runs the tests, who reads what was left out and how to get it.
 * @param leftOut names of tests by the reason that they gave
 */
export function leftOutFaults(
  leftOut: ReadonlyMap<string, readonly string[]>,
  isCi: boolean,
): readonly string[] {
  if (!isCi) return []
  return [...leftOut]
    .filter(([reason]) => !mayBeLeftOut.some((part) => reason.includes(part)))
    .map(([reason, names]) => `left out, which CI may not: ${names.join(', ')}: ${reason}`)
}
