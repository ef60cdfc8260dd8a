import type { Headers } from '../../contract/record.ts'
import { writeUtf8 } from '../../contract/write-utf8.ts'
import { headersRepeat, longestName, longestValue, maskWidth, mostHeaders } from './header-form.ts'

interface Mark {
  /** Which changed, as bits. */
  readonly mask: number
  /** Of each value that changed. */
  readonly lengths: readonly number[]
  readonly text: string
}

const mostMarked = 31
const mostMarks = 64

/**
 * Headers of records that stand one behind another as text, those that are as in the record before left out: of what a
 * message carries in its headers that is half. The form is told in header-form.ts.
 */
export class HeaderWriter {
  #names: readonly string[] = []
  #values: string[] = []
  /** The names as they are written, before lengths and values. */
  #nameText = ''
  /** Which values differ from those before, in ascending order: so many of the list. */
  readonly #changed = new Uint8Array(mostHeaders)
  #changes = 0
  /** Whether the names are not those before. */
  #renamed = false
  /** The headers that do not fit, as JSON. */
  #json: string | null = null
  /** The same as bits, the first header the lowest; of no use above 31 of them. */
  #mask = 0
  #units = 0
  /** Of changes met before: few there are, and always the same. */
  readonly #marks = new Map<number, Mark>()
  /** The last of them, which is mostly the next one, too. */
  #lastMark: Mark | undefined

  /** The headers that come next, once. Answers how many UTF-16 units they take at most. */
  next(headers: Headers): number {
    const names = this.#names
    const values = this.#values
    this.#json = null
    this.#renamed = false
    let changes = 0
    let mask = 0
    let units = this.#nameText.length
    let count = 0
    for (const name in headers) {
      const value = headers[name] ?? ''
      if (names[count] !== name || value.length > longestValue) return this.#rename(headers)
      if (value !== values[count]) {
        values[count] = value
        this.#changed[changes++] = count
        mask |= 1 << count
      }
      units += value.length + 3
      count += 1
    }
    this.#changes = changes
    this.#mask = mask
    return count === names.length ? units : this.#rename(headers)
  }

  /** Writes what came last, and answers where it ends. `fresh` where no record stands before that a reader has seen. */
  write(buffer: Buffer, at: number, fresh: boolean): number {
    if (this.#json !== null) return this.#put(buffer, at, this.#json)
    if (this.#values.length === 0) return this.#put(buffer, at, '')
    if (fresh || this.#renamed) return this.#putWhole(buffer, at)
    let end = this.#put(buffer, at, this.#mark())
    for (let nth = 0; nth < this.#changes; nth++) {
      const value = this.#values[this.#changed[nth] ?? 0] ?? ''
      end = writeUtf8(buffer, end, value)
      this.#units += value.length
    }
    return end
  }

  /** How many UTF-16 units were written last. */
  get units(): number {
    return this.#units
  }

  #put(buffer: Buffer, at: number, text: string): number {
    this.#units = text.length
    return writeUtf8(buffer, at, text)
  }

  /** Piece by piece: put together to one text they would be copied twice, and most runs have but a few frames. */
  #putWhole(buffer: Buffer, at: number): number {
    let end = this.#put(buffer, at, this.#nameText)
    this.#units += 2 * this.#values.length
    for (const { length } of this.#values) {
      buffer[end++] = length >> 7
      buffer[end++] = length & 0x7f
    }
    for (const value of this.#values) {
      end = writeUtf8(buffer, end, value)
      this.#units += value.length
    }
    return end
  }

  /** What stands before the values that changed. */
  #mark(): string {
    if (this.#values.length > mostMarked) return this.#newMark().text
    const last = this.#lastMark
    const known = last?.mask === this.#mask ? last : this.#marks.get(this.#mask)
    if (known !== undefined && this.#fits(known)) {
      this.#lastMark = known
      return known.text
    }
    if (this.#marks.size >= mostMarks) this.#marks.clear()
    const mark = this.#newMark()
    this.#marks.set(this.#mask, mark)
    this.#lastMark = mark
    return mark.text
  }

  #fits({ lengths }: Mark): boolean {
    for (let nth = 0; nth < this.#changes; nth++) {
      if (lengths[nth] !== this.#values[this.#changed[nth] ?? 0]?.length) return false
    }
    return true
  }

  #newMark(): Mark {
    const which = [...this.#changed.subarray(0, this.#changes)]
    const masks = new Array<number>(Math.ceil(this.#values.length / maskWidth)).fill(0)
    for (const each of which) {
      const at = Math.floor(each / maskWidth)
      masks[at] = (masks[at] ?? 0) | (1 << (each % maskWidth))
    }
    const values = which.map((each) => this.#values[each] ?? '')
    const lengths = values.map(({ length }) => length)
    const text = String.fromCharCode(headersRepeat, ...masks) + lengthsOf(values)
    return { mask: this.#mask, lengths, text }
  }

  #rename(headers: Headers): number {
    const names = Object.keys(headers)
    const values = names.map((name) => headers[name] ?? '')
    const fits = names.length <= mostHeaders && names.every(isShort) && values.every(isShortValue)
    this.#renamed = true
    this.#marks.clear()
    this.#lastMark = undefined
    this.#names = fits ? names : []
    this.#values = fits ? values : []
    this.#nameText = ''
    if (!fits) {
      this.#json = JSON.stringify(headers)
      return this.#json.length
    }
    if (names.length === 0) return 0
    const sizes = names.map((name) => String.fromCharCode(name.length)).join('')
    this.#nameText = String.fromCharCode(names.length) + sizes + names.join('')
    return values.reduce((sum, { length }) => sum + length + 2, this.#nameText.length)
  }
}

function lengthsOf(values: readonly string[]): string {
  return values.map(({ length }) => String.fromCharCode(length >> 7, length & 0x7f)).join('')
}

/** `__proto__` is no name that could be set like any other. */
function isShort(name: string): boolean {
  return name.length <= longestName && name !== '__proto__'
}

function isShortValue({ length }: string): boolean {
  return length <= longestValue
}
