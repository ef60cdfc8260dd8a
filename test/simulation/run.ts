import { parseArgs } from 'node:util'
import { ProgressBar } from '../progress-bar.ts'
import type { Outcome } from './simulate.ts'
import { simulateMany } from './simulate-many.ts'

const help = `Runs the whole pipeline on a virtual clock, killing its processes wherever the seed says,
and holds every accepted message against what reached the phones.

Usage: npm run simulate -- [--seeds N] [--from SEED] [--json]

Examples:
  npm run simulate -- --seeds 10000      seeds 1 to 10000
  npm run simulate -- --from 4 --seeds 1 one seed again, for instance one that failed
  npm run simulate -- --seeds 200 --json one line of JSON a seed

Exit codes: 0 no promise was broken, 1 some was, 64 usage.`

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(help)
  process.exit(0)
}
const seeds = Number(values.seeds)
const from = Number(values.from)
if (!Number.isInteger(seeds) || !Number.isInteger(from) || seeds < 1) {
  console.error(`--seeds and --from take whole numbers.\n\n${help}`)
  process.exit(64)
}

const startedMs = performance.now()
const bar = new ProgressBar('seeds', seeds, !values.json)
const totals = { accepted: 0, arrived: 0, copies: 0, kills: 0, cutOffs: 0, parked: 0 }
const failed: Outcome[] = []
let done = 0
process.on('SIGINT', () => {
  bar.end()
  console.error(`stopped after ${done} of ${seeds} seeds, ${failed.length} failed`)
  process.exit(130)
})

await simulateMany({
  from,
  seeds,
  onOutcome(outcome) {
    done++
    for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += outcome[name]
    if (outcome.faults.length > 0) failed.push(outcome)
    if (values.json) console.log(JSON.stringify(outcome))
    bar.tick(failed.length > 0 ? `${failed.length} failed` : '')
    return true
  },
})
bar.end()

for (const { seed, faults } of failed.slice(0, 5)) {
  console.error(`\nseed ${seed} (again: npm run simulate -- --from ${seed} --seeds 1)`)
  for (const fault of faults.slice(0, 10)) console.error(`  ${fault}`)
}
const seconds = (performance.now() - startedMs) / 1000
if (!values.json) {
  console.log(
    [
      `${seeds} seeds in ${seconds.toFixed(1)} s (${((seconds * 1000) / seeds).toFixed(0)} ms a seed)`,
      `${totals.accepted} messages accepted, ${totals.arrived} arrivals, ${totals.copies} explained copies`,
      `${totals.kills} processes killed, ${totals.cutOffs} cut off, ${totals.parked} records parked`,
      failed.length === 0 ? 'no promise broken' : `${failed.length} seeds broke a promise`,
    ].join('\n'),
  )
}
process.exit(failed.length === 0 ? 0 : 1)
