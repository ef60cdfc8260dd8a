import assert from 'node:assert/strict'
import { test } from 'node:test'
import { earlyGarbage } from '../../gateway/media/early-garbage.ts'

const MiB = 1024 * 1024
const lookEveryMs = 10

// How much memory that spares is measured where it matters: test/uploads.
test('buffers are collected after each 16 MiB more, while files are written and no longer', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let held = 0
  let collections = 0
  const garbage = earlyGarbage(
    () => held,
    () => {
      collections += 1
      held = 2 * MiB // what is still somebody's
    },
  )
  const after = (moreMiB: number) => {
    held += moreMiB * MiB
    t.mock.timers.tick(lookEveryMs)
    return collections
  }

  assert.equal(after(100), 0, 'before a file is written')
  garbage.start()
  garbage.start()
  assert.equal(after(0), 1)
  assert.equal(after(15), 1)
  assert.equal(after(2), 2)
  // The collector of V8 itself may come between.
  held = 0
  assert.equal(after(0), 2)
  assert.equal(after(17), 3)
  garbage.stop()
  assert.equal(after(100), 3)
  garbage.start()
  assert.equal(after(0), 4)
  garbage.stop()
})

test('the collector that it asks for is there without a flag at the start', (t) => {
  let left = 17 * MiB
  const garbage = earlyGarbage(() => left--)
  t.after(() => garbage.stop())
  t.mock.timers.enable({ apis: ['setInterval'] })
  garbage.start()
  assert.doesNotThrow(() => t.mock.timers.tick(lookEveryMs))
})
