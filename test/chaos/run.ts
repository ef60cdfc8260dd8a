import { parseArgs } from 'node:util'
import { runClusterChaos } from '../cluster/run-chaos.ts'
import { ProgressBar } from '../progress-bar.ts'
import { type Outcome, type Progress, runChaos } from './chaos.ts'
import { againCommand, report } from './report.ts'

const help = `Sends messages through the hub while it is killed with SIGKILL and restarted and while the
simulated platforms misbehave, then holds every accepted message against what reached its phone.

With --profile cluster each stage and two gateways are processes of their own on real servers (docs/services.md), and one
after another is killed, cut off or restarted, servers and processes, while messages are sent at a steady rate.

Usage: npm run chaos -- [--messages N] [--conversations N] [--kills N] [--seed N] [--keep] [--json]
       npm run chaos -- --profile cluster [--conversations N] [--rate N] [--only WORD] [--times N] [--seed N] [--keep] [--json]

Examples:
  npm run chaos                                  20,000 messages, 500 conversations, 30 kills, a new seed
  npm run chaos -- --seed 7                      the same story as any other run of seed 7
  npm run chaos -- --messages 2000 --kills 5     a short one
  npm run chaos -- --seed 7 --keep               keeps the hub's data, its log and the phones' record
  npm run chaos -- --json                        one line of JSON instead of the table
  npm run chaos -- --profile cluster             1,000 conversations, 20 messages a second, all that can go wrong
  npm run chaos -- --profile cluster --only Redis --only broker
  npm run chaos -- --profile cluster --only gateway --times 5    the same fault, five times

A run that breaks a promise keeps its folder and says where. What is drawn from the seed: texts, phones,
faults, and how far the run is at each kill; how requests interleave is not.

Exit codes: 0 no promise was broken, 1 some was, 64 usage, 130 stopped by a signal.`

const { values } = options()
if (values.help) {
  console.log(help)
  process.exit(0)
}
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)))
}
if (values.profile === 'cluster') {
  const wanted = {
    seed: Number(values.seed ?? 1 + (Date.now() % 1_000_000)),
    conversations: Number(values.conversations ?? 1_000),
    perSecond: Number(values.rate ?? 20),
    times: Number(values.times ?? 1),
  }
  for (const [name, value] of Object.entries(wanted)) {
    if (!Number.isSafeInteger(value) || value < 1)
      usage(`--${name} takes a whole number from 1 on.`)
  }
  const { only = [], keep, json } = values
  process.exit(await runClusterChaos({ ...wanted, only, keep, signal: stop.signal }, json))
}
if (values.profile !== 'embedded') usage('--profile is embedded or cluster.')
const numbers = {
  messages: Number(values.messages),
  conversations: Number(values.conversations ?? 500),
  kills: Number(values.kills),
  seed: Number(values.seed ?? 1 + (Date.now() % 1_000_000)),
}
for (const [name, value] of Object.entries(numbers)) {
  const least = name === 'kills' ? 0 : 1
  if (!Number.isSafeInteger(value) || value < least)
    usage(`--${name} takes a whole number from ${least} on.`)
}
if (numbers.conversations > numbers.messages) usage('--conversations is at most --messages.')

const bar = new ProgressBar(`seed ${numbers.seed}`, numbers.messages * 2 + 1, !values.json)
// The last step is to come to rest.
let shown = 0
try {
  const outcome = await runChaos({ ...numbers, keep: values.keep, signal: stop.signal, onProgress })
  bar.end()
  say(outcome)
  process.exit(outcome.verdict.failures.length === 0 ? 0 : 1)
} catch (error) {
  bar.end()
  if (!stop.signal.aborted) throw error
  console.error('stopped; nothing is left running')
  process.exit(130)
}

function onProgress({ accepted, arrived, expected, deaths, outstanding }: Progress): void {
  const done = Math.floor(accepted + (arrived / Math.max(1, expected)) * numbers.messages)
  const left = outstanding
    ? Object.entries(outstanding)
        .filter(([, count]) => count !== 0)
        .map(([what, count]) => `${count ?? '?'} ${what}`)
        .join(', ')
    : ''
  const waiting = left === '' ? '' : `, waiting for ${left}`
  bar.tick(`${accepted} accepted, ${arrived} arrived, ${deaths} kills${waiting}`, done - shown)
  shown = done
}

function say(outcome: Outcome): void {
  const { verdict, folder } = outcome
  const again = againCommand(numbers)
  if (values.json) {
    const records = Object.fromEntries(outcome.records)
    console.log(JSON.stringify({ ...numbers, ...outcome, records, again }))
    return
  }
  console.log(
    `${numbers.messages} messages, ${numbers.conversations} conversations, seed ${numbers.seed}\n`,
  )
  console.log(report(outcome))
  if (folder) console.log(`\nkept: ${folder}`)
  const { failures } = verdict
  if (failures.length === 0) {
    console.log('\nno promise broken')
    return
  }
  console.error(`\n${failures.length} promises broken:`)
  for (const failure of failures.slice(0, 40)) console.error(`  ${failure}`)
  if (failures.length > 40) console.error(`  and ${failures.length - 40} more (--json has all)`)
  console.error(`\nthe same story again: ${again}`)
}

function options() {
  try {
    return parseArgs({
      options: {
        messages: { type: 'string', default: '20000' },
        conversations: { type: 'string' },
        kills: { type: 'string', default: '30' },
        seed: { type: 'string' },
        profile: { type: 'string', default: 'embedded' },
        rate: { type: 'string' },
        only: { type: 'string', multiple: true },
        times: { type: 'string' },
        keep: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error))
  }
}

function usage(why: string): never {
  console.error(`${why}\n\n${help}`)
  process.exit(64)
}
