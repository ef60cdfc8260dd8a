/**
 * Whether the tables are the ones that were written before. Asked at the start, and again after every trouble:
 * damaged files are moved aside at any opening, and the new, empty tables would be written on as if nothing
 * were missing.
 */
export class TablesTrust {
  readonly #check: () => Promise<void>
  #trusted: Promise<void> | undefined

  /** @param check resolves when the tables can be trusted, having filled them where they are new */
  constructor(check: () => Promise<void>) {
    this.#check = check
  }

  /** Something happened to the tables: the next one who asks has them checked again. */
  doubt(): void {
    this.#trusted = undefined
  }

  /** One check however many ask; one that fails is made again for the next who asks. */
  trusted(): Promise<void> {
    if (this.#trusted !== undefined) return this.#trusted
    const checked: Promise<void> = this.#check().catch((error: unknown) => {
      if (this.#trusted === checked) this.#trusted = undefined
      throw error
    })
    this.#trusted = checked
    return checked
  }
}
