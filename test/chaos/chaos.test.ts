import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runChaos } from './chaos.ts'
import { againCommand } from './report.ts'

const short = { seed: 1, messages: 400, conversations: 40, kills: 3 }

test('three kills lose nothing, turn nothing round, and tell of every copy', async () => {
  const { signal } = new AbortController()
  const outcome = await runChaos({ ...short, keep: false, signal, onProgress: () => {} })
  const { verdict, accepted, deaths } = outcome
  const again = `the same again: ${againCommand(short)}\n(kept: ${outcome.folder})`
  assert.equal(verdict.failures.join('\n'), '', again)
  assert.equal(accepted, 400)
  assert.equal(deaths.length, 3)
})
