import { Command, InvalidArgumentError } from 'commander'
import pc from 'picocolors'
import { allCases } from './cases/all.ts'
import type { Case, Effort } from './harness/case.ts'
import { type Figure, verdictOf } from './harness/figure.ts'
import { machine } from './harness/machine.ts'
import { table } from './harness/table.ts'
import { writeResults } from './harness/write-results.ts'

interface Options {
  readonly only?: readonly string[]
  readonly quick?: true
  readonly json?: true
}

const known = [...new Set(allCases.flatMap((each) => each.targets))]

const program = new Command('bench')
  .description(
    'Measures the hub against bare baselines in the same run, and judges it by the floors and goals.',
  )
  .option('--only <targets>', `some of ${known.join(',')}`, targetsOf)
  .option('--quick', 'few short rounds: shows what is badly wrong, and no more')
  .option('--json', 'print JSON in place of the table')
  .addHelpText(
    'after',
    `
Results are written to bench/results/<date>-<commit>.json and bench/results/latest.md.
BENCH_CPU_PROF=<folder> writes a CPU profile of every process that is started.

Examples:
  npm run bench                       everything, some twenty minutes
  npm run bench -- --quick            everything, a few minutes
  npm run bench -- --only P1,P2       REST only
  npm run bench -- --only P12 --json | jq '.figures[].value'

Exit codes: 0 all floors hold, 1 a floor is broken, 130 stopped by Ctrl-C.`,
  )
  .parse()

const { only, quick = false, json = false } = program.opts<Options>()
const effort: Effort = quick
  ? { rounds: 3, runMs: 700, messages: 20_000, quick }
  : { rounds: 7, runMs: 2_000, messages: 200_000, quick }
const colours = process.stdout.isTTY === true && !process.env['NO_COLOR']
const screen = pc.createColors(process.stderr.isTTY === true && !process.env['NO_COLOR'])

process.on('SIGINT', () => {
  process.stderr.write('\nstopped\n')
  process.exit(130) // children end with their channel
})

const at = new Date()
const where = machine()
const figures: Figure[] = []
const chosen = allCases.filter(
  ({ targets }) => !only || targets.some((each) => only.includes(each)),
)
for (const [nth, each] of chosen.entries()) figures.push(...(await measured(nth, each)))

const file = writeResults(figures, where, { quick, at })
if (json) process.stdout.write(`${JSON.stringify({ machine: where, quick, figures }, null, 2)}\n`)
else process.stdout.write(`\n${table(figures, colours)}\n`)
const broken = figures.filter((figure) => verdictOf(figure) === 'FLOOR BROKEN')
process.stderr.write(screen.dim(`written to ${file}\n`))
if (broken.length > 0) {
  const names = broken.map(({ target, what }) => `${target} ${what}`).join('; ')
  process.stderr.write(`${screen.red(`floors broken: ${names}`)}\n`)
}
process.exit(broken.length > 0 ? 1 : 0)

async function measured(nth: number, { targets, title, run }: Case): Promise<readonly Figure[]> {
  const name = `[${nth + 1}/${chosen.length}] ${targets.join(' ')}`
  process.stderr.write(`${screen.bold(name)} ${title}\n`)
  const say = (sentence: string) => process.stderr.write(screen.dim(`  ${sentence}\n`))
  return run({ effort, say })
}

function targetsOf(text: string): readonly string[] {
  const targets = text.split(',').map((each) => each.trim().toUpperCase())
  const unknown = targets.filter((each) => !known.includes(each))
  if (unknown.length === 0) return targets
  throw new InvalidArgumentError(`${unknown.join(', ')} is not among ${known.join(', ')}`)
}
