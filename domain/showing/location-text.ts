import type { LocationContent } from '../content.ts'

/** A pin as text: what it is called, and a link that phones open as a map. */
export function locationText({ name, address, latitude, longitude }: LocationContent): string {
  const link = `https://maps.google.com/?q=${latitude},${longitude}`
  return [name, address, link].filter((line) => line !== undefined && line !== '').join('\n')
}
