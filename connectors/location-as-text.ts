import { lengthIn } from '../domain/split-text.ts'
import type { Capabilities, Content } from './contract.ts'

/**
 * A location for channels that have none: its name, its address and a link that opens in the phone's maps. Names
 * too long for one message are left out; the link is what matters.
 */
export function locationAsText(
  { latitude, longitude, name, address }: Extract<Content, { type: 'location' }>,
  { max, unit }: Capabilities['text'],
): string {
  const link = `https://maps.google.com/?q=${latitude},${longitude}`
  const lines = [name, address, link].filter((line) => line !== undefined && line !== '')
  const text = lines.join('\n')
  return lengthIn(unit, text) <= max ? text : link
}
