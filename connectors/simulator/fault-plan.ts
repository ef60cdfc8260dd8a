import { closest } from 'fastest-levenshtein'
import { drawnFaults, type Fault, faultNames, reaches, requestFaults } from './fault-names.ts'
import { type ChannelName, channels as channelNames, isChannel } from './settings.ts'

/** One scripted fault. */
export interface FaultRule {
  readonly fault: Fault
  readonly channel?: ChannelName
  readonly address?: string
  /** Which of the requests that the rule matches; 1 (the default) is the next one. */
  readonly nth?: number
  /** How many in a row from there. Default 1. */
  readonly times?: number
}

export interface FaultPlan {
  /** Share of attempts, 0 to 1. The sum of the request faults' rates is at most 1. */
  readonly rates: Readonly<Partial<Record<Fault, number>>>
  readonly script: readonly FaultRule[]
  /** Seconds that a throttle's hint names. */
  readonly hintSeconds: number
  readonly slowMs: number
  /** After which a `timeout-after-accept` is cut. */
  readonly hangMs: number
  /** How much later than its turn a reordered webhook comes. */
  readonly reorderMs: number
  /** How long a `mixed-batch` waits for another account at most, and an `overtaken-by-tap` for the tap. */
  readonly holdMs: number
}

/** Every default filled in. Throws a RangeError that names what is wrong. */
export function completePlan(given: Partial<FaultPlan>): FaultPlan {
  const rates = given.rates ?? {}
  let sum = 0
  for (const [name, rate] of Object.entries(rates)) {
    if (!isFault(name)) throw new RangeError(`faults.rates: ${noFault(name)}`)
    if (!drawnFaults.includes(name)) {
      throw new RangeError(
        `faults.rates: '${name}' happens by script only: name it in faults.script`,
      )
    }
    if (!(rate >= 0 && rate <= 1)) throw new RangeError(`faults.rates.${name} must be 0 to 1`)
    if ((requestFaults as readonly string[]).includes(name)) sum += rate
  }
  if (sum > 1 + 1e-9) throw new RangeError('faults.rates: the request faults add up to over 1')
  const script = given.script ?? []
  for (const { fault, channel, nth = 1, times = 1 } of script) {
    if (!isFault(fault)) throw new RangeError(`faults.script: ${noFault(String(fault))}`)
    if (channel !== undefined && !isChannel(channel)) {
      const known = channelNames.join(', ')
      throw new RangeError(
        `faults.script: there is no channel '${String(channel)}': use one of ${known}`,
      )
    }
    const { channels } = reaches.get(fault) ?? {}
    if (channel && channels?.includes(channel) === false) {
      const where = channels.join(', ')
      throw new RangeError(`faults.script: '${fault}' happens on ${where}, and not on '${channel}'`)
    }
    if (!(nth >= 1 && times >= 1)) throw new RangeError('faults.script: nth and times start at 1')
  }
  return {
    rates,
    script,
    hintSeconds: given.hintSeconds ?? 1,
    slowMs: given.slowMs ?? 1500,
    hangMs: given.hangMs ?? 30_000,
    reorderMs: given.reorderMs ?? 60,
    holdMs: given.holdMs ?? 30_000,
  }
}

const isFault = (name: string): name is Fault => faultNames.includes(name)
const noFault = (name: string) =>
  `'${name}' is no fault; did you mean '${closest(name, faultNames)}'?`
