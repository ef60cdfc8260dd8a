/** A bar on a terminal, a line now and then elsewhere (a build log should show that something goes on). */
export class ProgressBar {
  readonly #label: string
  readonly #total: number
  readonly #shown: boolean
  readonly #startedMs = performance.now()
  #done = 0
  #drawnMs = 0

  constructor(label: string, total: number, shown = true) {
    this.#label = label
    this.#total = total
    this.#shown = shown
  }

  tick(note = '', by = 1): void {
    this.#done += by
    const nowMs = performance.now()
    const everyMs = process.stderr.isTTY ? 100 : 10_000
    if (!this.#shown || (nowMs - this.#drawnMs < everyMs && this.#done < this.#total)) return
    this.#drawnMs = nowMs
    const share = this.#total === 0 ? 1 : Math.min(1, this.#done / this.#total)
    const left = share === 0 ? 0 : ((nowMs - this.#startedMs) / share) * (1 - share)
    const filled = Math.round(share * 24)
    const bar = '█'.repeat(filled) + '░'.repeat(24 - filled)
    const text = `${this.#label} ${bar} ${this.#done}/${this.#total}  ${Math.ceil(left / 1000)} s left  ${note}`
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[2K${text}` : `${text}\n`)
  }

  end(): void {
    if (this.#shown && process.stderr.isTTY) process.stderr.write('\r\u001b[2K')
  }
}
