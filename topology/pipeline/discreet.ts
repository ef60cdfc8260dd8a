import type { Fault } from './fault.ts'
import { type FaultCode, faultCodes } from './faults.ts'

/** Their sentences are made from what is written alone, whatever the values are. */
const withoutValues: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'C4A1001',
  'C4A1002',
  'C4A1003',
  'C4A1004',
  'C4A1005',
  'C4A1006',
  'C4A1007',
  'C4A1008',
  'C4A1009',
  'C4A1011',
  'C4A1601',
  'C4A1602',
  'C4A1603',
])

/**
 * Faults that were found with the values of the environment, fit to be shown: what was also found in the
 * same place without values is said as it was there, and what only the values bring about is said without
 * details, which could repeat one.
 */
export function discreet(
  resolved: readonly Fault[],
  asWritten: readonly Fault[],
): readonly Fault[] {
  return resolved.map((fault) => {
    if (withoutValues.has(fault.code)) return fault
    const same = asWritten.find(
      ({ code, place }) => code === fault.code && place.from === fault.place.from,
    )
    return (
      same ?? {
        ...fault,
        message: `With the values of the environment: ${faultCodes[fault.code].title}`,
        fix: 'Look at what the variables hold that stand here, or in what is named here.',
        edits: [],
      }
    )
  })
}
