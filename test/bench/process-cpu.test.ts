import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { processCpu } from '../../bench/cluster/process-cpu.ts'

test('the time of a process has that of children which ended', {
  skip: !existsSync('/proc'),
}, () => {
  const before = processCpu(process.pid)
  spawnSync(process.execPath, ['-e', 'while (process.cpuUsage().user < 200_000);'])
  const spent = processCpu(process.pid) - before
  assert.ok(spent > 50_000, `${spent} microseconds`)
})

test('a process that is not there has none, and not nothing', () => {
  assert.ok(Number.isNaN(processCpu(2 ** 30)))
})
