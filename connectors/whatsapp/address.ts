/**
 * A person on WhatsApp is a phone number in digits or a business-scoped user id (`US.13491208655302741918`), since
 * 2026 possibly the latter only.
 */
export function isBusinessScopedId(address: string): boolean {
  return /^[A-Z]{2}(\.ENT)?\.[0-9A-Za-z]{1,128}$/.test(address)
}

/** `+55 (22) 98888-0001` and `5522988880001` are one address. A text that is no number stays as it is. */
export function whatsappAddress(address: string): string {
  // As the platform spells nearly all of them.
  if (/^\d+$/.test(address) || isBusinessScopedId(address)) return address
  return /^\+?[\d\s().-]+$/.test(address) ? address.replace(/\D/g, '') : address
}

/** Undefined for what is neither a number of 5 to 15 digits (E.164, without exit codes) nor a business-scoped id. */
export function canonicalWhatsappAddress(address: string): string | undefined {
  const spelt = whatsappAddress(address.trim())
  return isBusinessScopedId(spelt) || /^\d{5,15}$/.test(spelt) ? spelt : undefined
}
