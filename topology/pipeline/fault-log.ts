import type { LineCounter } from 'yaml'
import type { Edit, Fault, Place } from './fault.ts'
import { type FaultCode, faultCodes } from './faults.ts'
import type { Source, Span } from './source.ts'

/** Something that stands in the file: where it is written, and where an anchor brings it in. */
export interface Standing {
  readonly span: Span
  readonly usedAt: Span | null
}

export interface Finding {
  readonly at: Standing
  readonly message: string
  readonly fix: string
  readonly edits?: readonly Edit[]
  readonly also?: readonly { readonly span: Span; readonly note: string }[]
}

/** Collects faults of one file. What an anchor brings to several places is one fault with several second places. */
export interface FaultLog {
  add(code: FaultCode, finding: Finding): void
  /** In the order of the file. */
  faults(): readonly Fault[]
}

export function faultLog({ file, lines }: Pick<Source, 'file' | 'lines'>): FaultLog {
  const found = new Map<string, Fault>()
  return {
    add(code, { at, message, fix, edits = [], also = [] }) {
      const used = at.usedAt ? [{ span: at.usedAt, note: 'used here' }] : []
      const seconds = [...used, ...also].map(({ span, note }) => ({
        place: placeOf(file, lines, span),
        note,
      }))
      const place = placeOf(file, lines, at.span)
      const id = `${code} ${place.from} ${message}`
      const former = found.get(id)
      const { severity, why } = faultCodes[code]
      found.set(id, {
        code,
        severity,
        place,
        message,
        why,
        fix,
        edits,
        also: former ? joined(former.also, seconds) : seconds,
      })
    },
    faults: () =>
      [...found.values()].sort(
        (one, other) => one.place.from - other.place.from || (one.code < other.code ? -1 : 1),
      ),
  }
}

export function placeOf(file: string, lines: LineCounter, span: Span): Place {
  const { line, col } = lines.linePos(span.from)
  // An empty file has no line: its first place is meant.
  return { file, line: Math.max(line, 1), column: Math.max(col, 1), from: span.from, to: span.to }
}

function joined(former: Fault['also'], more: Fault['also']): Fault['also'] {
  const fresh = more.filter(({ place }) => !former.some((known) => known.place.from === place.from))
  return [...former, ...fresh]
}
