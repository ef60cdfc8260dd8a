import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
  IterableBackoff,
  isBrokenCircuitError,
} from 'cockatiel'
import type { SendOutcome } from '../connectors/contract.ts'

type Retry = Extract<SendOutcome, { kind: 'retry' }>

interface Account {
  readonly policy: CircuitBreakerPolicy
  trouble: Retry
  /** Until when nothing is tried. Milliseconds since 1970 UTC. */
  untilMs: number
  /** How often in a row it was tried in vain. */
  failures: number
}

/** Waits between two tries of an account that a person has to put right, milliseconds. */
const waitsMs = [5_000, 15_000, 60_000, 300_000]

/**
 * A circuit breaker for each account. What the platform says of the account (a token that is over, a ban) holds for
 * whatever it would be asked next, so nothing is asked for a while; then one message tries, and the others wait for what
 * becomes of it. Nothing fails: the account's deliveries are held, in order, and other accounts know nothing of it.
 * Each process has its own: what it does not know yet costs one call.
 */
export class AccountBreakers {
  readonly #accounts = new Map<string, Account>()

  /**
   * True while no account is in trouble. Who then makes its call without `send`, and hands what troubles an account to `hear`, spares each
   * send a closure and a promise.
   */
  get areQuiet(): boolean {
    return this.#accounts.size === 0
  }

  send(account: string, now: () => number, call: () => Promise<SendOutcome>): Promise<SendOutcome> {
    const known = this.#accounts.get(account)
    if (known) return this.#guarded(account, known, now, call)
    // An account without trouble has none: to make one costs more than all else that is done here, and is done for each send.
    return call().then((outcome) =>
      isAccountTrouble(outcome) ? this.hear(account, now, outcome) : outcome,
    )
  }

  /** The answer to a call that was made without `send`, where it `isAccountTrouble`. */
  hear(account: string, now: () => number, outcome: SendOutcome): Promise<SendOutcome> {
    const its = this.#accounts.get(account) ?? accountOf()
    return this.#guarded(account, its, now, () => Promise.resolve(outcome))
  }

  async #guarded(
    account: string,
    its: Account,
    now: () => number,
    call: () => Promise<SendOutcome>,
  ): Promise<SendOutcome> {
    try {
      const outcome = await its.policy.execute(call)
      if (!isAccountTrouble(outcome)) {
        if (its.policy.state === CircuitState.Closed) this.#accounts.delete(account)
        return outcome
      }
      // Those that were under way when it broke tell what is known already.
      if (now() >= its.untilMs) {
        its.untilMs = now() + waitOf(its.failures)
        its.failures++
      }
      its.trouble = outcome
      this.#accounts.set(account, its)
      return { ...outcome, afterMs: Math.max(outcome.afterMs ?? 0, its.untilMs - now()) }
    } catch (error) {
      if (!isBrokenCircuitError(error)) throw error
      return { ...its.trouble, afterMs: Math.max(1, its.untilMs - now()) }
    }
  }
}

const waitOf = (failures: number): number =>
  waitsMs[Math.min(failures, waitsMs.length - 1)] ?? 300_000

const accountOf = (): Account => ({
  policy: circuitBreaker(
    handleWhenResult((outcome) => isAccountTrouble(outcome as SendOutcome)),
    { halfOpenAfter: new IterableBackoff(waitsMs), breaker: new ConsecutiveBreaker(1) },
  ),
  trouble: { kind: 'retry', reason: 'channel-auth', detail: '' },
  untilMs: 0,
  failures: 0,
})

/** Of the whole account, and passing: a person may put it right. */
export const isAccountTrouble = (outcome: SendOutcome): outcome is Retry =>
  outcome.kind === 'retry' &&
  (outcome.reason === 'channel-auth' || outcome.reason === 'channel-restricted')
