import { Chat4AllError } from '../topology/contract/errors.ts'

/**
 * How much is being answered at once, over REST and gRPC together. What is beyond the bound is turned
 * away at once, so that what was let in stays quick and memory stays bounded.
 */
export class Admission {
  readonly #maxRequests: number
  readonly #maxBytes: number
  #requests = 0
  #bytes = 0

  constructor(limits: { readonly requests: number; readonly requestBytes: number }) {
    this.#maxRequests = limits.requests
    this.#maxBytes = limits.requestBytes
  }

  get requests(): number {
    return this.#requests
  }

  /** Throws C4A_UNAVAILABLE when there is no room. Each success is followed by one `leave` with the same bytes. */
  enter(bytes: number): void {
    if (this.#requests >= this.#maxRequests || this.#bytes + bytes > this.#maxBytes) throw full()
    this.#requests++
    this.#bytes += bytes
  }

  leave(bytes: number): void {
    this.#requests--
    this.#bytes -= bytes
  }
}

function full(): Chat4AllError {
  return new Chat4AllError('C4A_UNAVAILABLE', {
    what: 'The hub is busy',
    why: 'as many requests as it takes at once are being answered',
    todo: 'Try again in a second; batches need less room than single messages',
  })
}
