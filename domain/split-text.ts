/** How a channel counts its limit: Unicode code points, UTF-16 code units, or UTF-8 bytes. */
export type TextUnit = 'characters' | 'utf16' | 'bytes'

/** The length of a text in a unit. */
export function lengthIn(unit: TextUnit, text: string): number {
  if (unit === 'utf16') return text.length
  if (unit === 'bytes') return Buffer.byteLength(text)
  let points = 0
  for (const _ of text) points++
  return points
}

/**
 * Cuts a text into parts of at most `max` units, at the last paragraph, line, sentence or word end that fits
 * (a paragraph, line or sentence only where the part is then at least half full). White space at a cut and around
 * a text that is cut is dropped, nothing else is: the parts hold the same words in the same order. A cut is never inside a surrogate pair, nor inside what
 * people see as one character; one such character that alone exceeds `max` is cut between its code points.
 * `max` is at least 4, so that any code point fits. An empty text is one empty part.
 */
export function splitText(text: string, max: number, unit: TextUnit): readonly string[] {
  if (lengthIn(unit, text) <= max) return [text]

  const parts: string[] = []
  let rest = text.trim()
  while (lengthIn(unit, rest) > max) {
    const fits = longestFit(rest, max, unit)
    const cut = niceCut(rest, fits)
    parts.push(rest.slice(0, cut).trimEnd())
    rest = rest.slice(cut).trimStart()
  }
  if (rest !== '' || parts.length === 0) parts.push(rest)
  return parts
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** The end (in UTF-16 units) of the longest run of whole graphemes from the start that fits. */
function longestFit(text: string, max: number, unit: TextUnit): number {
  // More than `max` UTF-16 units never fit but where code points are counted (two units for one).
  const window = text.slice(0, unit === 'characters' ? 2 * max + 2 : max + 2)
  let end = 0
  let used = 0
  for (const { segment, index } of graphemes.segment(window)) {
    // The window may end inside a grapheme; that one does not fit anyway, unless it is the first.
    used += lengthIn(unit, segment)
    if (used > max) break
    end = index + segment.length
  }
  return end > 0 ? end : fitOfCodePoints(text, max, unit)
}

function fitOfCodePoints(text: string, max: number, unit: TextUnit): number {
  let end = 0
  let used = 0
  for (const point of text) {
    used += lengthIn(unit, point)
    if (used > max) break
    end += point.length
  }
  // A limit too small for any code point would never end; better one part too long than a hang.
  return end > 0 ? end : String.fromCodePoint(text.codePointAt(0) ?? 0).length
}

/** Where a text may be cut, best first: after a paragraph, a line, a sentence (also those of Chinese and Japanese), a word. */
const boundaries: readonly { readonly at: RegExp; readonly leastFill: number }[] = [
  { at: /\n[^\S\n]*\n/g, leastFill: 0.5 },
  { at: /\n/g, leastFill: 0.5 },
  { at: /(?<=[.!?…])\s|(?<=[。！？])/g, leastFill: 0.5 },
  // A word (a link, say) is broken only where it alone is too long.
  { at: /\s/g, leastFill: 0 },
]

function niceCut(text: string, fits: number): number {
  // One unit more, so that a word that ends just at the limit stays whole.
  const head = text.slice(0, fits + 1)
  for (const { at, leastFill } of boundaries) {
    let last = 0
    for (const { index } of head.matchAll(at)) if (index <= fits) last = index
    if (last > 0 && last >= fits * leastFill) return last
  }
  return fits
}
