import type { Headers } from '../../contract/record.ts'
import { headersRepeat, maskWidth, mostHeaders } from './header-form.ts'

interface Names {
  readonly names: readonly string[]
  readonly text: string
}

const none: Headers = Object.freeze({})
const noNames: Names = { names: [], text: '' }

/** Those read last: nearly all records have the same. */
let known = noNames

/** Reads the headers of records that stand one behind another, from the first of a run of frames on. */
export class HeaderReader {
  #names: readonly string[] = []
  #last: Headers = none

  /** The headers that begin at a character of the text and go on to its end. */
  read(text: string, start: number): Headers {
    // The checksum held, so this is what `HeaderWriter` made.
    if (start === text.length) return this.#known([], none)
    const form = text.charCodeAt(start)
    if (form === headersRepeat) return this.#repeated(text, start + 1)
    if (form > mostHeaders) return this.#known([], JSON.parse(text.slice(start)) as Headers)
    if (known.text === '' || !text.startsWith(known.text, start)) known = namesIn(text, start)
    return this.#known(known.names, valuesIn(text, start + known.text.length, known.names))
  }

  #known(names: readonly string[], headers: Headers): Headers {
    this.#names = names
    this.#last = headers
    return headers
  }

  #repeated(text: string, masks: number): Headers {
    const names = this.#names
    let lengths = masks + Math.ceil(names.length / maskWidth)
    let changes = 0
    for (let at = masks; at < lengths; at++) changes += bitsIn(text.charCodeAt(at))
    if (changes === 0) return this.#last
    let from = lengths + 2 * changes
    const headers: Record<string, string> = { ...this.#last }
    for (let nth = 0; nth < names.length; nth++) {
      const mask = text.charCodeAt(masks + Math.floor(nth / maskWidth))
      if ((mask & (1 << (nth % maskWidth))) === 0) continue
      const to = from + lengthAt(text, lengths)
      headers[names[nth] ?? ''] = text.slice(from, to)
      lengths += 2
      from = to
    }
    this.#last = headers
    return headers
  }
}

function valuesIn(text: string, start: number, names: readonly string[]): Headers {
  const headers: Record<string, string> = {}
  let lengths = start
  let from = lengths + 2 * names.length
  for (const name of names) {
    const to = from + lengthAt(text, lengths)
    headers[name] = text.slice(from, to)
    lengths += 2
    from = to
  }
  return headers
}

function lengthAt(text: string, at: number): number {
  return (text.charCodeAt(at) << 7) + text.charCodeAt(at + 1)
}

function bitsIn(mask: number): number {
  let bits = 0
  for (let rest = mask; rest > 0; rest &= rest - 1) bits += 1
  return bits
}

function namesIn(text: string, start: number): Names {
  const count = text.charCodeAt(start)
  let from = start + 1 + count
  const names: string[] = []
  for (let nth = 1; nth <= count; nth++) {
    const to = from + text.charCodeAt(start + nth)
    names.push(text.slice(from, to))
    from = to
  }
  return { names, text: text.slice(start, from) }
}
