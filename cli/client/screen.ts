import pc from 'picocolors'

type Colours = ReturnType<typeof pc.createColors>

/** Where a command writes: what was asked for to stdout, remarks to stderr, so that pipes stay clean. */
export interface Screen {
  readonly out: Colours
  readonly err: Colours
  print(text: string): void
  /** One document. `line` for one of many (newline-delimited JSON). */
  json(value: unknown, line?: 'line'): void
  note(text: string): void
  /** Replaces the last live line on a terminal; elsewhere every text is a line of its own. */
  live(text: string): void
  endLive(): void
}

/** Colours only where somebody looks, and not against NO_COLOR (https://no-color.org). */
export function screen(): Screen {
  const { stdout, stderr } = process
  let isLive = false
  const endLive = () => {
    if (isLive) stderr.write('\r\u001b[2K')
    isLive = false
  }
  return {
    out: coloursFor(stdout),
    err: coloursFor(stderr),
    endLive,
    print(text) {
      endLive()
      stdout.write(`${text}\n`)
    },
    json(value, line) {
      endLive()
      stdout.write(`${JSON.stringify(value, null, line ? 0 : 2)}\n`)
    },
    note(text) {
      endLive()
      stderr.write(`${text}\n`)
    },
    live(text) {
      if (!stderr.isTTY) {
        stderr.write(`${text}\n`)
        return
      }
      const room = (stderr.columns || 80) - 1
      stderr.write(`\r\u001b[2K${text.slice(0, room)}`)
      isLive = true
    },
  }
}

const coloursFor = (stream: NodeJS.WriteStream): Colours =>
  pc.createColors(stream.isTTY === true && !process.env['NO_COLOR'])

/**
 * Text that others wrote, on one line and without control characters: what a person sends must not
 * move the cursor or recolour the operator's terminal.
 */
export const visible = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ')
