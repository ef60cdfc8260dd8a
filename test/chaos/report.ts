import type { Outcome } from './chaos.ts'
import type { PlanOptions } from './plan.ts'

/** The command that runs the same story again. */
export const againCommand = ({ seed, messages, conversations, kills }: PlanOptions): string =>
  `npm run chaos -- --seed ${seed} --messages ${messages} --conversations ${conversations} --kills ${kills} --keep`

/** The outcome as a table for people. */
export function report(outcome: Outcome): string {
  const { verdict, deaths } = outcome
  const serving = deaths.filter(({ during }) => during === 'serving').length
  const recoveries = deaths.flatMap(({ recoveredAfterMs }) => recoveredAfterMs ?? [])
  const inbound = [...outcome.records].filter(([topic]) => topic.startsWith('inbound.'))
  const parked = sumOf(outcome.records, (topic) => topic.endsWith('.park'))
  const rows: readonly (readonly [string, string])[] = [
    [
      'accepted (202)',
      `${outcome.accepted} messages, ${rate(outcome.accepted, outcome.acceptedMs)}`,
    ],
    ...Object.entries(outcome.acceptedBy).map(
      ([name, count]) => [`  ${name}`, `${count}`] as const,
    ),
    ['asked again', `${sum(Object.values(outcome.repeated))} times${causes(outcome.repeated)}`],
    ['arrived', `${verdict.arrived} on phones, ${rate(verdict.arrived, outcome.arrivedMs)}`],
    ['refused for good', `${verdict.refusedForGood}, each said so with a reason`],
    ['lost', `${verdict.lost}`],
    ['order inversions', `${verdict.inversions}`],
    [
      'copies',
      `${verdict.explainedCopies} explained by the ledger, ${verdict.unexplainedCopies} not`,
    ],
    ['flagged, one arrived', `${verdict.flaggedWithoutCopy}`],
    ['answers from phones', `${outcome.answersFromPhones}`],
    ['events', `${outcome.events}, of them ${verdict.repeatedEvents} told again under the same id`],
    ['webhook items', `${sum(inbound.map(([, count]) => count))}`],
    ['parked on the way', `${parked} records`],
    ['orphaned receipts', `${outcome.records.get('receipts.orphaned') ?? 0}`],
    [
      'kills',
      `${deaths.length}: ${serving} while serving, ${deaths.length - serving} while starting`,
    ],
    ['kill to next 202', spread(recoveries)],
    ['start to ready', spread(outcome.startsMs)],
    [
      'time',
      `${seconds(outcome.acceptedMs)} to accept, ${seconds(outcome.arrivedMs)} to arrive, ${seconds(outcome.totalMs)} to rest`,
    ],
    ['faults played', causes(outcome.faults).slice(2)],
  ]
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  return rows.map(([name, value]) => `${name.padEnd(width)}${value}`).join('\n')
}

const sum = (counts: readonly number[]) => counts.reduce((all, each) => all + each, 0)

const sumOf = (records: ReadonlyMap<string, number>, isMeant: (topic: string) => boolean) =>
  sum([...records].filter(([topic]) => isMeant(topic)).map(([, count]) => count))

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

const rate = (count: number, ms: number) => `${Math.round((count * 1000) / Math.max(1, ms))}/s`

const causes = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count], nth) => `${nth === 0 ? ': ' : ', '}${name} ${count}`)
    .join('')

function spread(ms: readonly number[]): string {
  if (ms.length === 0) return 'none measured'
  const sorted = [...ms].sort((a, b) => a - b)
  const median = sorted[sorted.length >> 1] ?? 0
  return `median ${Math.round(median)} ms, longest ${Math.round(sorted.at(-1) ?? 0)} ms (${ms.length} measured)`
}
