import type { Figure } from '../harness/figure.ts'
import { formatted } from '../harness/format.ts'
import type { HopCost } from './hop-cost.ts'

/** Ten million a minute. */
const wantedPerSecond = 10_000_000 / 60
/** A core that is busier answers late. */
const busyShare = 0.6

const parts = { hub: 'hub', kafka: 'brokers', postgres: 'PostgreSQL', redis: 'Redis' } as const
type Part = keyof typeof parts
const names = Object.keys(parts) as Part[]

/**
 * C8: what a message costs at each hop of its way, and the cores that ten million a minute take. The hops beside are
 * not on the way of a message that a client sends in a batch: they are shown, and not added.
 */
export function costFigures(
  way: readonly HopCost[],
  beside: readonly HopCost[],
): readonly Figure[] {
  const sum = (part: Part) => way.reduce((total, cost) => total + cost[part], 0)
  const whole: Readonly<Record<Part, number>> = {
    hub: sum('hub'),
    kafka: sum('kafka'),
    postgres: sum('postgres'),
    redis: sum('redis'),
  }
  const cores = (micros: number) => (micros * wantedPerSecond) / 1e6 / busyShare
  return [
    ...[...way, ...beside].map(hopFigure),
    {
      target: 'C8',
      what: 'CPU a message, from the gateway in batches to notify',
      value: total(whole),
      unit: 'us',
      beside: told((part) => formatted(whole[part], 'us')),
      better: 'lower',
    },
    {
      target: 'C8',
      what: 'for ten million a minute, each 60 % busy',
      value: cores(total(whole)),
      unit: 'cores',
      beside: told((part) => formatted(cores(whole[part]), 'cores')),
      better: 'lower',
    },
  ]
}

function hopFigure(cost: HopCost): Figure {
  const rate = `${formatted(cost.perSecond, '/s')} by one process beside the servers`
  return {
    target: 'C8',
    what: `CPU a message, ${cost.hop}`,
    value: total(cost),
    unit: 'us',
    beside: `${told((part) => formatted(cost[part], 'us'))}; ${rate}`,
    better: 'lower',
  }
}

const total = (cost: Readonly<Record<Part, number>>) =>
  names.reduce((sum, part) => sum + cost[part], 0)

const told = (show: (part: Part) => string) =>
  names.map((part) => `${parts[part]} ${show(part)}`).join(', ')
