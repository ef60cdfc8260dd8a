import type { Exchange } from './exchange.ts'
import type { RequestFault } from './fault-names.ts'
import type { Verdict } from './faults.ts'
import type { ChannelName } from './settings.ts'
import type { World } from './world.ts'

export interface Answer {
  readonly status: number
  readonly value: unknown
  readonly headers?: { readonly [name: string]: string }
}

/** Faults that are an answer of the platform, in its own words. */
export type RefusalFault = Exclude<
  RequestFault,
  | 'reset-before-accept'
  | 'timeout-after-accept'
  | 'reset-after-accept'
  | 'unreadable-answer'
  | 'slow'
  | 'window-closes'
>

/** A well-formed request to show something on a phone. */
export interface SendRequest {
  readonly channel: ChannelName
  readonly account: string
  readonly address: string
  /** What makes it the same request when it is tried again: its content, without what differs by attempt. */
  readonly content: string
  refuse(fault: RefusalFault, hintSeconds: number): Answer
  /** Shows it on the phone and answers as the platform does. */
  accept(verdict: Verdict): Answer
}

/** Takes the request, or lets happen to it what the plan of faults says. */
export function serveSend(world: World, exchange: Exchange, send: SendRequest) {
  const { faults, timers, settings, limits } = world
  const over = limits.over(send.channel, send.account, send.address)
  if (over) {
    const fault = over.scope === 'sender' ? 'throttle-with-hint' : 'throttle-conversation'
    return reply(exchange, send.refuse(fault, over.waitSeconds))
  }
  const verdict = faults.decide(send.channel, send.address, send.content)
  const fault = verdict.request

  switch (fault) {
    case null:
    // What it means depends on the message: who accepts it looks.
    case 'window-closes':
    case 'slow': {
      const answer = send.accept(verdict)
      const [from, to] = settings.latencies.answer
      const wait = from + (to - from) * (to > 0 ? faults.chance(`answer ${verdict.key}`) : 0)
      timers.after(fault === 'slow' ? faults.plan.slowMs : wait, () => reply(exchange, answer))
      return
    }
    case 'reset-before-accept':
      exchange.reset()
      return
    case 'reset-after-accept':
      send.accept(verdict)
      exchange.reset()
      return
    case 'timeout-after-accept':
      send.accept(verdict)
      timers.inBackground(Math.max(1, faults.plan.hangMs), () => exchange.reset())
      return
    case 'unreadable-answer':
      send.accept(verdict)
      exchange.send(200, 'text/html', '<!doctype html><title>Sorry, something went wrong</title>')
      return
    default:
      reply(exchange, send.refuse(fault, faults.plan.hintSeconds))
  }
}

export function reply(exchange: Exchange, { status, value, headers }: Answer): void {
  exchange.json(status, value, headers)
}
