import type { Headers } from '../../contract/record.ts'

/**
 * Headers as one text: how many, the length of each name, the names; then two characters of length for each value, and the values. So the part with the names
 * is the same in nearly all records, and is looked at once. Headers that do not fit are JSON, which begins with a brace: more than any number here.
 */
const mostHeaders = 120
const longestName = 127
const longestValue = 16_383

interface Names {
  readonly names: readonly string[]
  readonly text: string
}

const none: Headers = Object.freeze({})
const noNames: Names = { names: [], text: '' }

let written = noNames
let read = noNames

export function headerTextOf(headers: Headers): string {
  let lengths = ''
  let values = ''
  let count = 0
  let same = true
  for (const name in headers) {
    const value = headers[name] ?? ''
    if (value.length > longestValue) return JSON.stringify(headers)
    if (written.names[count] !== name) same = false
    lengths += String.fromCharCode(value.length >> 7, value.length & 0x7f)
    values += value
    count += 1
  }
  if (count === 0) return ''
  if (!same || written.names.length !== count) {
    const names = Object.keys(headers)
    if (count > mostHeaders || !names.every(isShort)) return JSON.stringify(headers)
    const sizes = names.map((name) => String.fromCharCode(name.length)).join('')
    written = { names, text: String.fromCharCode(count) + sizes + names.join('') }
  }
  return written.text + lengths + values
}

/** The headers that begin at a character of the text and go on to its end. */
export function headersIn(text: string, start: number): Headers {
  if (start === text.length) return none
  // The checksum held, so this is what `headerTextOf` made.
  if (text.charCodeAt(start) > mostHeaders) return JSON.parse(text.slice(start)) as Headers
  if (read.text === '' || !text.startsWith(read.text, start)) read = namesIn(text, start)
  const { names } = read
  const headers: Record<string, string> = {}
  let lengths = start + read.text.length
  let from = lengths + 2 * names.length
  for (const name of names) {
    const to = from + (text.charCodeAt(lengths) << 7) + text.charCodeAt(lengths + 1)
    headers[name] = text.slice(from, to)
    lengths += 2
    from = to
  }
  return headers
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

/** `__proto__` is no name that could be set like any other. */
function isShort(name: string): boolean {
  return name.length <= longestName && name !== '__proto__'
}
