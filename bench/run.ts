import { Command, Option } from 'commander'
import pc from 'picocolors'
import { allCases } from './cases/all.ts'
import { clusterCases } from './cases/cluster/all.ts'
import { openBenchServers } from './cluster/bench-servers.ts'
import type { Case, CaseTools, Effort } from './harness/case.ts'
import { type Figure, verdictOf } from './harness/figure.ts'
import { machine } from './harness/machine.ts'
import { table } from './harness/table.ts'
import { writeResults } from './harness/write-results.ts'

interface Options {
  readonly only?: readonly string[]
  readonly quick?: true
  readonly json?: true
  readonly profile: 'embedded' | 'cluster'
}

const program = new Command('bench')
  .description(
    'Measures the hub against bare baselines in the same run, and judges it by the floors and goals.',
  )
  .addOption(
    new Option(
      '--profile <profile>',
      'cluster: on real servers, which it brings up where they are not',
    )
      .choices(['embedded', 'cluster'])
      .default('embedded'),
  )
  .option(
    '--only <targets>',
    `some of ${targetsIn(allCases).join()}, or of ${targetsIn(clusterCases).join()}`,
    split,
  )
  .option('--quick', 'few short rounds: shows what is badly wrong, and no more')
  .option('--json', 'print JSON in place of the table')
  .addHelpText(
    'after',
    `
Results are written to bench/results/<date>-<commit>.json and latest.md, those of the cluster to cluster.json and cluster.md.
BENCH_CPU_PROF=<folder> writes a CPU profile of every process that is started.

Examples:
  npm run bench                       everything, some twenty minutes
  npm run bench -- --quick            everything, a few minutes
  npm run bench -- --only P1,P2       REST only
  npm run bench -- --only P12 --json | jq '.figures[].value'
  npm run bench -- --profile cluster              on Kafka, PostgreSQL and Redis (docs/services.md), some twenty minutes
  npm run bench -- --profile cluster --only C2,C8

Exit codes: 0 all floors hold, 1 a floor is broken, 130 stopped by Ctrl-C.`,
  )
  .parse()

const { only, quick = false, json = false, profile } = program.opts<Options>()
const isCluster = profile === 'cluster'
const known = targetsIn(isCluster ? clusterCases : allCases)
const unknown = only?.filter((each) => !known.includes(each)) ?? []
if (unknown.length > 0) {
  program.error(
    `error: of --profile ${profile}, ${unknown.join(', ')} is not among ${known.join(', ')}`,
  )
}
const effort: Effort = quick
  ? { rounds: 3, runMs: 700, messages: 20_000, quick }
  : { rounds: isCluster ? 5 : 7, runMs: 2_000, messages: 200_000, quick }
const colours = process.stdout.isTTY === true && !process.env['NO_COLOR']
const screen = pc.createColors(process.stderr.isTTY === true && !process.env['NO_COLOR'])
const say = (sentence: string) => process.stderr.write(screen.dim(`  ${sentence}\n`))

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    process.stderr.write('\nstopped\n')
    // Servers are taken down and results written first; children end with their channel.
    if (isCluster && !stop.signal.aborted) stop.abort(new Error(`stopped by ${signal}`))
    else process.exit(130)
  })
}

const at = new Date()
const where = machine()
const figures: Figure[] = []
if (isCluster) await onServers()
else await measure(allCases)
const stopped = stop.signal.aborted
const file = writeResults(figures, where, { quick, at, profile, stopped })
if (json) process.stdout.write(`${JSON.stringify({ machine: where, quick, figures }, null, 2)}\n`)
else process.stdout.write(`\n${table(figures, colours)}\n`)
const broken = figures.filter((figure) => verdictOf(figure) === 'FLOOR BROKEN')
process.stderr.write(screen.dim(`written to ${file}\n`))
if (broken.length > 0) {
  const names = broken.map(({ target, what }) => `${target} ${what}`).join('; ')
  process.stderr.write(`${screen.red(`floors broken: ${names}`)}\n`)
}
process.exit(stopped ? 130 : broken.length > 0 ? 1 : 0)

/** Resolves when all is measured or it was stopped: what was measured until then is shown and kept. */
async function onServers(): Promise<void> {
  try {
    const servers = await openBenchServers(stop.signal, say)
    const ended = new Promise<never>((_, reject) => {
      stop.signal.addEventListener('abort', () => reject(stop.signal.reason))
    })
    try {
      const bound = clusterCases.map(
        (each): Case => ({
          ...each,
          run: (tools: CaseTools) => each.run(servers, tools),
        }),
      )
      await Promise.race([measure(bound), ended])
    } finally {
      await servers.close()
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error
  }
}

async function measure(cases: readonly Case[]): Promise<void> {
  const chosen = cases.filter(({ targets }) => !only || targets.some((each) => only.includes(each)))
  for (const [nth, { targets, title, run }] of chosen.entries()) {
    const name = `[${nth + 1}/${chosen.length}] ${targets.join(' ')}`
    process.stderr.write(`${screen.bold(name)} ${title}\n`)
    figures.push(...(await run({ effort, say })))
  }
}

function targetsIn(cases: readonly Pick<Case, 'targets'>[]): readonly string[] {
  return [...new Set(cases.flatMap((each) => each.targets))]
}

function split(text: string): readonly string[] {
  return text.split(',').map((each) => each.trim().toUpperCase())
}
