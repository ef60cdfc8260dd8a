import type { MetaEvent } from './meta-webhooks.ts'
import type { Timers } from './timers.ts'

/** Events that wait to come in one POST, however large it gets. */
export interface HeldEvents {
  /** Until an event of another account is among them; at the latest after `holdMs`. */
  untilMixed(event: MetaEvent, holdMs: number): void
  /** Until everything that is held in this turn of the loop is among them. */
  untilWhole(event: MetaEvent): void
  readonly count: number
}

export function heldEvents(
  timers: Timers,
  post: (events: readonly MetaEvent[]) => void,
): HeldEvents {
  let held: MetaEvent[] = []

  function add(event: MetaEvent, flushLater: (flush: () => void) => void) {
    held.push(event)
    if (held.length > 1) return
    const these = held
    flushLater(() => {
      if (held === these) flush()
    })
  }

  function flush() {
    const events = held
    held = []
    post(events)
  }

  return {
    untilMixed(event, holdMs) {
      // Nobody waits for it: `settled` sees that something is held.
      add(event, (flush) => timers.inBackground(Math.max(1, holdMs), flush))
      const { accountId } = event.account
      if (held.some(({ account }) => account.accountId !== accountId)) flush()
    },
    untilWhole(event) {
      add(event, (flush) => timers.after(1, flush))
    },
    get count() {
      return held.length
    },
  }
}
