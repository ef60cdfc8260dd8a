/** One setting of the environment: the tables in docs/settings.md are made from these. */
export interface Setting<Value> {
  readonly name: string
  readonly fallback: string
  readonly doc: string
  /** Undefined for what makes no sense. */
  readonly read: (text: string) => Value | undefined
  readonly expected: string
  /** Its value is never shown. */
  readonly secret?: boolean
  /** The process does not start without it. */
  readonly required?: boolean
}

/** The kinds of settings that there are. */
export const setting = {
  port: (name: string, fallback: number, doc: string): Setting<number> => ({
    name,
    fallback: String(fallback),
    doc,
    expected: 'a port number from 0 to 65535 (0 picks a free one)',
    read: (text) => {
      const value = Number(text)
      return /^\d+$/.test(text) && value <= 65_535 ? value : undefined
    },
  }),

  text: (name: string, fallback: string, doc: string): Setting<string> => ({
    name,
    fallback,
    doc,
    expected: 'a text',
    read: (text) => text,
  }),

  flag: (name: string, fallback: boolean, doc: string): Setting<boolean> => ({
    name,
    fallback: String(fallback),
    doc,
    expected: '`true` or `false`',
    read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  }),

  count: (name: string, fallback: number, doc: string): Setting<number> => ({
    name,
    fallback: String(fallback),
    doc,
    expected: 'a whole number',
    read: (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined),
  }),

  amount: (name: string, fallback: number, doc: string): Setting<number> => ({
    name,
    fallback: String(fallback),
    doc,
    expected: 'a number, 0 or more',
    read: (text) => (/^\d{1,9}(?:\.\d{1,6})?$/.test(text) ? Number(text) : undefined),
  }),

  choice: <Word extends string>(
    name: string,
    fallback: Word,
    words: readonly Word[],
    doc: string,
  ): Setting<Word> => ({
    name,
    fallback,
    doc,
    expected: `one of ${words.filter((word) => word !== '').join(', ')}`,
    read: (text) => words.find((word) => word === text),
  }),

  /** Each of the form of `pattern`, commas between; without a fallback. */
  list: (
    name: string,
    pattern: RegExp,
    expected: string,
    doc: string,
  ): Setting<readonly string[]> => ({
    name,
    fallback: '',
    doc,
    expected,
    read: (text) => {
      const all = text.split(',').map((each) => each.trim())
      return all.every((each) => pattern.test(each)) ? all : undefined
    },
  }),

  /** Of one of these schemes. Paths are put behind it, so it keeps no slash at its end. */
  address: (name: string, schemes: string, example: string, doc: string): Setting<string> => ({
    name,
    fallback: '',
    doc,
    expected: `an address such as ${example}`,
    read: (text) =>
      text === '' || new RegExp(`^(?:${schemes})://[^\\s/]+`).test(text)
        ? text.replace(/\/+$/, '')
        : undefined,
  }),
} as const
