/** What the client calls the person, a user id for instance: any text of 1 to 128 visible characters, the blanks around it left out. */
export function inAppAddress(address: string): string | undefined {
  const spelt = address.trim().normalize('NFC')
  return /^[^\p{C}\p{Z}]{1,128}$/u.test(spelt) ? spelt : undefined
}
