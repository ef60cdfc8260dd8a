import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { earlyGarbage } from '../../gateway/media/early-garbage.ts'

const MiB = 1024 * 1024

test('buffers that are nobody’s any more are gone soon, while files are written', async (t) => {
  const garbage = earlyGarbage()
  t.after(() => garbage.stop())
  garbage.start()
  const startBytes = process.memoryUsage().arrayBuffers
  let mostBytes = 0
  for (let n = 0; n < 16_384; n++) {
    // A gigabyte, as a connection reads it.
    Buffer.allocUnsafeSlow(64 * 1024).fill(n)
    if (n % 16 !== 0) continue
    await turn()
    mostBytes = Math.max(mostBytes, process.memoryUsage().arrayBuffers - startBytes)
  }
  assert.ok(mostBytes < 48 * MiB, `${Math.round(mostBytes / MiB)} MiB`)
})
