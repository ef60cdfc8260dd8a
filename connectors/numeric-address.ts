/** An id that a platform gives out as digits (PSID, IGSID), without the blanks around it; undefined for anything else. */
export function numericAddress(address: string): string | undefined {
  const spelt = address.trim()
  return /^\d{1,32}$/.test(spelt) ? spelt : undefined
}
