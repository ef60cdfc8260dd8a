/** How many failures in a row make an endpoint rest. */
const patience = 3
const shortestRestMs = 5_000
const longestRestMs = 300_000
/** A rest that is over sooner is waited for in order; of a longer one the schedule is the better judge. */
const worthWaitingMs = 10_000
/** How soon to ask again where nothing is known but that it cannot take long. */
const shortlyMs = 250

/** `go` took a place; `wait`: in its lane, for so long; `rests`: not now, and not soon. */
export type Turn =
  | { readonly kind: 'go' }
  | { readonly kind: 'wait'; readonly forMs: number; readonly reason: string }
  | { readonly kind: 'rests' }

/**
 * One endpoint as this process sees it: how many calls run, and whether it is worth calling at all.
 *
 * open -> (three failures in a row, or its own Retry-After) resting -> (rest over) one probe -> open, or resting twice as long
 *
 * While it rests nothing is sent to it, so an endpoint that is down costs neither places that others need nor fifteen
 * seconds for each event; nor is it hit with everything at once when it comes back.
 */
export class EndpointGate {
  readonly #limit: number
  #running = 0
  #failures = 0
  #restsUntilMs = 0
  #toldAtMs = Number.NEGATIVE_INFINITY

  constructor(limit: number) {
    this.#limit = limit
  }

  /** `go` takes a place until `leave`. `insist`: tries also while the endpoint rests. */
  enter(nowMs: number, insist: boolean): Turn {
    const restMs = insist ? 0 : this.#restsUntilMs - nowMs
    if (restMs > worthWaitingMs) return { kind: 'rests' }
    if (restMs > 0) return { kind: 'wait', forMs: restMs, reason: 'endpoint-failing' }
    const isProbed = !insist && this.#failures >= patience && this.#running > 0
    if (isProbed) return { kind: 'wait', forMs: shortlyMs, reason: 'endpoint-failing' }
    if (this.#running >= this.#limit) {
      return { kind: 'wait', forMs: shortlyMs, reason: 'endpoint-busy' }
    }
    this.#running++
    return { kind: 'go' }
  }

  leave(succeeded: boolean, nowMs: number, hintMs: number | null): void {
    this.#running--
    if (succeeded) {
      this.#failures = 0
      this.#restsUntilMs = 0
      return
    }
    this.#failures++
    const times = this.#failures - patience
    const restMs = times < 0 ? 0 : Math.min(shortestRestMs * 2 ** times, longestRestMs)
    const until = nowMs + Math.max(restMs, Math.min(hintMs ?? 0, longestRestMs))
    this.#restsUntilMs = Math.max(this.#restsUntilMs, until)
  }

  /** True once in a while: what is written to the log takes a moment to be known again here. */
  mayTell(nowMs: number): boolean {
    if (nowMs - this.#toldAtMs < shortestRestMs) return false
    this.#toldAtMs = nowMs
    return true
  }
}
