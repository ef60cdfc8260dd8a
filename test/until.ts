import assert from 'node:assert/strict'

/** Waits for a condition, however slow the machine; that it never comes is an error after 60 s, and not a test that hangs. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000
  for (let waitMs = 3; !(await holds()); waitMs = Math.min(50, waitMs * 1.5)) {
    assert.ok(performance.now() < deadline, `still not so after 60 s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, waitMs))
  }
}
