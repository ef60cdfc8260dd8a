import { InvalidArgumentError } from 'commander'
import type { FaultPlan } from '../../connectors/simulator/fault-plan.ts'

/**
 * A plan of faults from the command line: JSON as docs/simulator.md has it, or a rate, which is the
 * share of requests that meet a passing fault, and of webhooks that come twice, late or forged.
 */
export function faultPlan(text: string): Partial<FaultPlan> {
  if (/^[\d.]+$/.test(text)) return { rates: rates(Number(text)) }
  try {
    const plan: unknown = JSON.parse(text)
    if (typeof plan === 'object' && plan !== null) return plan
  } catch {
    // said below
  }
  throw new InvalidArgumentError(
    `Give a rate from 0 to 1, or JSON such as '{"rates":{"slow":0.1}}'.`,
  )
}

/** Those that another attempt gets over. */
const passing = [
  'throttle-with-hint',
  'throttle-without-hint',
  'server-error',
  'reset-before-accept',
  'timeout-after-accept',
  'unreadable-answer',
  'slow',
] as const
const ofWebhooks = ['duplicate-webhook', 'reordered-webhooks', 'bad-signature'] as const

function rates(rate: number): FaultPlan['rates'] {
  if (!(rate >= 0 && rate <= 1)) throw new InvalidArgumentError('A rate is from 0 to 1.')
  return Object.fromEntries([
    ...passing.map((fault) => [fault, rate / passing.length]),
    ...ofWebhooks.map((fault) => [fault, rate]),
  ])
}
