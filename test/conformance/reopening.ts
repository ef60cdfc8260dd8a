import type { TestContext } from 'node:test'

/** An adapter under test, and what its process leaves behind for the next one. */
export interface Reopening<Port> {
  /** A store on new, empty state; closed when the test ends. */
  fresh(test: TestContext): Promise<Port>
  /** The same state, found again by a new process after the last one died. */
  reopened(test: TestContext): Promise<Port>
}

/** For adapters whose state is an object that outlives them. */
export function overState<Port, State>(
  empty: () => State,
  open: (state: State) => Port,
): Reopening<Port> {
  let state = empty()
  return {
    async fresh() {
      state = empty()
      return open(state)
    },
    reopened: async () => open(state),
  }
}
